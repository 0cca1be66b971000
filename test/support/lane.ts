import { it } from "vitest";

/** Whether this is the run of `.ci/run`, which looks at everything once; `npm test` is the quick one (docs/testing.md). */
export const isAll = process.env.NIGHTLIGHT_LANE === "all";

/** An amount in this lane. */
export const inLane = (quick: number, all: number): number => (isAll ? all : quick);

/**
 * The rows of a table that starts a program for each, in this lane. `npm test` takes those that name a statement of MQTT,
 * and the first; what each row is about, the tests of its module hold.
 */
export const rowsInLane = <T extends { readonly name: string }>(rows: readonly T[]): readonly T[] =>
	isAll ? rows : rows.filter(({ name }, index) => index === 0 || name.includes("[MQTT-"));

/** A test that is long by nature, and whose promise a quicker test holds too: `.ci/run` only. */
export const itInAll = it.runIf(isAll);
