import { it } from "vitest";

/** Whether this is the run of `.ci/run`, which looks at everything once; `npm test` is the quick one (docs/testing.md). */
export const isAll = process.env.NIGHTLIGHT_LANE === "all";

/** An amount in this lane. */
export const inLane = (quick: number, all: number): number => (isAll ? all : quick);

/** A test that is long by nature, and whose promise a quicker test holds too: `.ci/run` only. */
export const itInAll = it.runIf(isAll);
