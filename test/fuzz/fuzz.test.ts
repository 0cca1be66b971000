import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../house/firmware-files.js";
import { inLane } from "../support/lane.js";
import { counts } from "./plan.js";
import { BROKEN_DECODERS } from "./planted/decoders.js";
import { BROKEN_SESSIONS } from "./planted/sessions.js";
import { type Failure, messageOf, runShard } from "./run.js";
import type { Target } from "./target.js";
import { decoderTarget, decoder as realDecoder } from "./targets/decoder.js";
import { TARGETS } from "./targets/index.js";
import { session as realSession, sessionTarget } from "./targets/session.js";

const SEED = 20_141_029;
const INPUTS = inLane(20_000, 100_000);
/** Inputs within which a planted defect must be found. */
const SOON = 40_000;
/** Steps of a session that show any of the planted defects, and the header of an input, in bytes. */
const FEW_STEPS = 4 + 4 * 14;

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));

describe(`no input has an undefined outcome, of ${INPUTS} from one seed`, () => {
	const share = counts(TARGETS, INPUTS);

	it.each(TARGETS.map((target) => ({ name: target.name, target })))(
		"$name",
		async ({ name, target }) => {
			const count = share.get(name) as number;
			const { outcomes, failure } = await runShard({ target, seed: SEED, from: 0, count });
			expect(failure).toBeUndefined();
			expect(Object.values(outcomes).reduce((sum, one) => sum + one, 0)).toBe(count);
			// One outcome alone would say that inputs do not get far; errors have words, all of them.
			if (name !== "reasons") expect(Object.keys(outcomes).length).toBeGreaterThan(1);
		},
		120_000,
	);
});

/** What a target finds in itself; a second time it must find the same. */
async function found(target: Target): Promise<Failure> {
	const first = await runShard({ target, seed: SEED, from: 0, count: SOON });
	const again = await runShard({ target, seed: SEED, from: first.failure?.index ?? 0, count: 1 });
	expect(first.failure).toBeDefined();
	expect(again.failure).toEqual(first.failure);
	return first.failure as Failure;
}

describe("a planted defect is found, found again, and made small", () => {
	it.each(BROKEN_DECODERS)(
		"a decoder that $defect",
		async ({ decoder, most }) => {
			const target = decoderTarget("decoder", decoder);
			const { smallest } = await found(target);
			expect(smallest.length / 2).toBeLessThanOrEqual(most);
			expect(await messageOf(target, bytesOf(smallest))).toBeDefined();
			expect(await messageOf(realDecoder, bytesOf(smallest))).toBeUndefined();
		},
		60_000,
	);

	it.each(BROKEN_SESSIONS)(
		"a session that $defect",
		async ({ session }) => {
			const target = sessionTarget("session", session);
			const { smallest, words } = await found(target);
			expect(smallest.length / 2).toBeLessThanOrEqual(FEW_STEPS);
			expect(words).toMatch(/^(?:Violation|TypeError): /m);
			expect(await messageOf(target, bytesOf(smallest))).toBeDefined();
			expect(await messageOf(realSession, bytesOf(smallest))).toBeUndefined();
		},
		60_000,
	);
});

describe("what is fuzzed", () => {
	it.each(TARGETS.map(({ name, covers }) => ({ name, covers })))(
		"$name names files that exist",
		({ covers }) => {
			expect(covers.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
		},
	);

	it("is in the documentation, all of it", () => {
		const text = readFileSync(join(ROOT, "docs/fuzzing.md"), "utf8");
		expect(TARGETS.filter(({ name }) => !text.includes(`| ${name} `)).map(({ name }) => name)).toEqual([]);
	});
});
