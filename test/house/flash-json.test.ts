import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesBelow, ROOT } from "./firmware-files.js";
import { flashObjectsInJson } from "./flash-json.js";

const OTHER = "export const SHARED = Object.freeze({ a: 1 });\n";
const PRELUDE =
	'import { SHARED, SHARED as MINE } from "./other.js";\nconst IDLE = Object.freeze({ on: false });\n';

const found = (code: string): string[] =>
	flashObjectsInJson(
		new Map([
			["other.ts", OTHER],
			["module.ts", PRELUDE + code],
		]),
	).map((line) => line.slice(0, line.indexOf(" lies")));

describe("an object in flash that is to become JSON", () => {
	it.each([
		{ name: "itself", code: "JSON.stringify(IDLE);", place: 'module.ts:3: "IDLE"' },
		{ name: "of another module", code: "JSON.stringify(SHARED);", place: 'module.ts:3: "SHARED"' },
		{ name: "by another name", code: "JSON.stringify(MINE);", place: 'module.ts:3: "MINE"' },
		{ name: "in an object", code: "\nJSON.stringify({ a: [IDLE] });", place: 'module.ts:4: "IDLE"' },
		{ name: "by its name in an object", code: "JSON.stringify({ IDLE });", place: 'module.ts:3: "IDLE"' },
		{ name: "one of two", code: "JSON.stringify(on ? IDLE : { on });", place: 'module.ts:3: "IDLE"' },
		{
			name: "behind a copy",
			code: "JSON.stringify({ ...IDLE, b: (1, IDLE) });",
			place: 'module.ts:3: "IDLE"',
		},
		{
			name: "in a constant that has a type",
			code: "const TABLE: Table = { a: 1 };\nJSON.stringify(TABLE);",
			place: 'module.ts:4: "TABLE"',
		},
	])("is found with file and line: $name", ({ code, place }) => {
		expect(found(code)).toEqual([place]);
	});

	it.each([
		{ name: "a copy", code: "JSON.stringify({ ...IDLE });" },
		{ name: "a part of it", code: "JSON.stringify({ on: IDLE.on });" },
		{ name: "a key of that name", code: "JSON.stringify({ IDLE: true });" },
		{ name: "a text of that name", code: 'JSON.stringify("IDLE");' },
		{ name: "made where it is used", code: "JSON.stringify({ on: true });\nIDLE;" },
		{ name: "a constant that is no object", code: "const IDLER = 1;\nJSON.stringify(IDLER);" },
		{
			name: "made in a function",
			code: "function f() {\n\tconst A = { a: 1 };\n\treturn JSON.stringify(A);\n}",
		},
	])("is not: $name", ({ code }) => {
		expect(found(code)).toEqual([]);
	});

	it("does not occur in the firmware", () => {
		const files = filesBelow("firmware").filter((path) => path.endsWith(".ts"));
		expect(files.length).toBeGreaterThan(50);
		const sources = new Map(files.map((path) => [path, readFileSync(join(ROOT, path), "utf8")]));
		expect(flashObjectsInJson(sources)).toEqual([]);
	});
});
