import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { makeInvariants } from "../../../host-sim/simulation/invariants/all.js";
import { find, LIMIT, SEEDS } from "./find.js";
import { parseMistake, readMistakes } from "./mistakes.js";
import { PAGE, refresh, rowOf, rowsOf, seedOf } from "./page.js";

const mistakes = readMistakes();
const page = readFileSync(PAGE, "utf8");

describe("planted mistakes", () => {
	it.each(mistakes)(
		"$name: $invariant",
		async ({ name, invariant, patch }) => {
			const found = await find(patch);
			expect(found, `not found in ${SEEDS} seeds`).toBeDefined();
			expect(found?.failure).toMatchObject({ invariant });
			expect(found?.seed).toBeLessThanOrEqual(SEEDS);
			const row = rowsOf(page)[mistakes.findIndex((mistake) => mistake.name === name)];
			expect(seedOf(row ?? ""), "the table is out of date: npm run planted").toBe(found?.seed);
		},
		LIMIT + 10_000,
	);

	it(
		"are what makes these worlds fail: without them they pass",
		async () => {
			const seeds = Math.max(...rowsOf(page).map(seedOf));
			expect(await find("", seeds)).toBeUndefined();
		},
		LIMIT + 10_000,
	);

	it("are all in the table, in order", () => {
		const rows = rowsOf(page);
		expect(rows).toEqual(mistakes.map((mistake, index) => rowOf(mistake, seedOf(rows[index] ?? ""))));
		expect(refresh(page, rows)).toBe(page);
	});

	it("need every invariant there is, so that each is known to find something", () => {
		const names = makeInvariants([]).map(({ name }) => name);
		expect(new Set(mistakes.map(({ invariant }) => invariant))).toEqual(new Set(names));
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
