import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { refresh } from "./page.js";
import { type Explanation, explanationOf, figuresOf, type Report, scoreOf, survivorsOf } from "./results.js";

const SOURCE = "const a = b || c;\nif (a) {\n\tgo();\n}\n";

const mutant = (status: string, place: [number, number, number, number], replacement: string) => ({
	mutatorName: "Any",
	status,
	replacement,
	location: { start: { line: place[0], column: place[1] }, end: { line: place[2], column: place[3] } },
});

const REPORT: Report = {
	files: {
		"firmware/z.ts": { source: "", mutants: [mutant("RuntimeError", [1, 1, 1, 1], "")] },
		"firmware/a.ts": {
			source: SOURCE,
			mutants: [
				mutant("NoCoverage", [2, 8, 4, 2], "{}"),
				mutant("Survived", [1, 11, 1, 17], "b && c"),
				mutant("Killed", [2, 5, 2, 6], "true"),
				mutant("Timeout", [2, 5, 2, 6], "false"),
			],
		},
	},
};

const [OR, BLOCK] = [
	{ file: "firmware/a.ts", line: "const a = b || c;", original: "b || c", replacement: "b && c" },
	{ file: "firmware/a.ts", line: "if (a) {", original: "{", replacement: "{}" },
];

describe("the results of a mutation run", () => {
	it("are counted by file, in order, without what could not be run", () => {
		const counts = { mutants: 4, killed: 1, timeout: 1, survived: 1, noCoverage: 1 };
		const nothing = { mutants: 0, killed: 0, timeout: 0, survived: 0, noCoverage: 0 };
		expect(figuresOf(REPORT)).toEqual([
			{ name: "firmware/a.ts", ...counts },
			{ name: "firmware/z.ts", ...nothing },
		]);
		expect(figuresOf(REPORT).map(scoreOf)).toEqual([50, 100]);
	});

	it("name a survivor by its line and what is changed, wherever the line is", () => {
		expect(survivorsOf(REPORT)).toEqual([OR, BLOCK]);
	});

	it.each([
		{ name: "all of it is the same", change: {}, found: true },
		{ name: "the file is another", change: { file: "firmware/b.ts" }, found: false },
		{ name: "the line has changed", change: { line: "const a = b || d;" }, found: false },
		{ name: "something else in it is mutated", change: { original: "b" }, found: false },
		{ name: "it is mutated otherwise", change: { replacement: "true" }, found: false },
	])("find an explanation when $name: $found", ({ change, found }) => {
		const explanation = { ...OR, reason: "both are the same", ...change };
		expect(explanationOf(OR, [explanation])).toBe(found ? explanation : undefined);
	});
});

describe("the explanations", () => {
	const explanations: Explanation[] = JSON.parse(readFileSync("test/mutation/explained.json", "utf8"));

	it.each(explanations)(
		"are for what is there: $file, $original → $replacement",
		({ file, line, original }) => {
			const lines = readFileSync(file, "utf8").split("\n");
			expect(lines.map((text) => text.trim())).toContain(line);
			expect(line).toContain(original);
		},
	);

	it("are one for each mutant", () => {
		const names = explanations.map(({ reason, ...survivor }) => JSON.stringify(survivor));
		expect(new Set(names).size).toBe(names.length);
	});
});

describe("the page", () => {
	const page = "Before\n<!-- Written by `npm run mutate`, from here -->\nold\n<!-- to here -->\nAfter\n";
	const written = refresh(page, REPORT, [{ ...OR, reason: "both are the same" }], 7);

	it("shows the figures of files and folders, and the time", () => {
		expect(written).toContain("| firmware/a.ts | 4 | 1 | 1 | 1 | 1 | 50.0 % |");
		expect(written).toContain("| all of firmware | 4 | 1 | 1 | 1 | 1 | 50.0 % |");
		expect(written).toContain("| all, in 7 minutes | 4 | 1 | 1 | 1 | 1 | 50.0 % |");
	});

	it("shows each survivor with its explanation, and the ones without", () => {
		expect(written).toContain("| `const a = b \\|\\| c;` | `b \\|\\| c` → `b && c` | both are the same |");
		expect(written).toContain("| `if (a) {` | `{` → `{}` | not explained |");
	});

	it("keeps what is around them, and comes out the same when it is written again", () => {
		expect(written).toMatch(/^Before\n[\s\S]*\nAfter\n$/);
		expect(written).not.toContain("old");
		expect(refresh(written, REPORT, [{ ...OR, reason: "both are the same" }], 7)).toBe(written);
	});

	it("is refused without the place to write to", () => {
		expect(() => refresh("Before\n", REPORT, [], 7)).toThrow("the page lacks the lines");
	});
});
