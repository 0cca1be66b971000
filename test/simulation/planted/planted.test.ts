import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { makeHubInvariants } from "../../../host-sim/simulation/azure-iot-hub/invariants/all.js";
import { makeInvariants } from "../../../host-sim/simulation/invariants/all.js";
import { find, LIMIT, SEEDS, seedsFrom } from "./find.js";
import { type Mistake, parseMistake, readMistakes } from "./mistakes.js";
import { PAGE, refresh, rowOf, rowsOf, seedOf } from "./page.js";

const mistakes = readMistakes();
const page = readFileSync(PAGE, "utf8");

/** An invariant, and the worlds in which it holds. */
const keyOf = ({ invariant, profile }: Pick<Mistake, "invariant" | "profile">): string =>
	`${invariant} ${profile}`;

/** Of each invariant's mistakes the one that the earliest seed finds. */
function soonest(): Mistake[] {
	const rows = rowsOf(page);
	const best = new Map<string, { seed: number; mistake: Mistake }>();
	mistakes.forEach((mistake, index) => {
		const seed = seedOf(rows[index] ?? "");
		const key = keyOf(mistake);
		if (seed < (best.get(key)?.seed ?? Number.POSITIVE_INFINITY)) best.set(key, { seed, mistake });
	});
	return Array.from(best.values(), ({ mistake }) => mistake);
}

/** A mistake for each invariant; all of them are planted by `npm run planted`, which `npm run long` does. */
const planted = soonest();

describe("planted mistakes", () => {
	/** The seeds that they were found in: other ones than the table's after a change of what devices do; by their kind and settings. */
	const worlds = new Map<
		string,
		{ readonly seeds: Set<number>; readonly like: Pick<Mistake, "settings" | "profile"> }
	>();
	const rows = rowsOf(page);
	const seedInTable = (mistake: Mistake) => seedOf(rows[mistakes.indexOf(mistake)] ?? "") || 1;

	it.each(planted)(
		"$name: $invariant",
		async (mistake) => {
			const { invariant, patch, settings, profile } = mistake;
			const found = await find(patch, seedsFrom(seedInTable(mistake)), settings, profile);
			expect(found, `not found in ${SEEDS} seeds`).toBeDefined();
			expect(found?.failure).toMatchObject({ invariant });
			const key = `${profile} ${JSON.stringify(settings)}`;
			const { seeds = new Set<number>() } = worlds.get(key) ?? {};
			worlds.set(key, { seeds: seeds.add(found?.seed ?? 0), like: mistake });
		},
		LIMIT + 10_000,
	);

	it(
		"are what makes these worlds fail: without them they pass",
		async () => {
			expect(worlds.size).toBeGreaterThan(0);
			// A sixth of them: the worlds of `.ci/run` without a mistake are many more.
			const some = [...worlds.values()].filter((_, index) => index % 6 === 0);
			for (const { seeds, like } of some)
				expect(await find("", [...seeds], like.settings, like.profile)).toBeUndefined();
		},
		LIMIT + 10_000,
	);

	it("are all in the table, in order", () => {
		const rows = rowsOf(page);
		expect(rows).toEqual(mistakes.map((mistake, index) => rowOf(mistake, seedOf(rows[index] ?? ""))));
		expect(refresh(page, rows)).toBe(page);
	});

	it("need every invariant there is, so that each is known to find something", () => {
		const lesson = makeInvariants([], { threshold: 300, hysteresis: 0 });
		const others = new Set(lesson.map(({ name }) => name));
		const stadium = makeInvariants([], { threshold: 300, hysteresis: 0 }, [], { scenario: undefined });
		const hub = makeHubInvariants([], () => false);
		const keys = [
			...lesson.map(({ name }) => keyOf({ invariant: name, profile: undefined })),
			...stadium
				.filter(({ name }) => !others.has(name))
				.map(({ name }) => keyOf({ invariant: name, profile: "stadium" })),
			...hub.map(({ name }) => keyOf({ invariant: name, profile: "azure-iot-hub" })),
		];
		expect(new Set(mistakes.map(keyOf))).toEqual(new Set(keys));
	});

	it.each([
		{ name: "an invariant", text: "What is wrong.\n\n--- a/x\n" },
		{ name: "a sentence", text: "Found by: the LED agrees with the rule\n\n--- a/x\n" },
		{ name: "a diff", text: "What is wrong.\nFound by: the LED agrees with the rule\n" },
	])("are refused without $name", ({ text }) => {
		expect(() => parseMistake("01-x", text)).toThrow("01-x: wants");
	});

	it("are refused when they do not fit the sources any more", async () => {
		const patch = "--- a/server/rule.ts\n+++ b/server/rule.ts\n@@ -1,1 +1,1 @@\n-not there\n+nor there\n";
		await expect(find(patch)).rejects.toThrow("the patch does not fit server/rule.ts any more");
	});
});
