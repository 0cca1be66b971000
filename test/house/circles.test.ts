import { describe, expect, it } from "vitest";
import { circlesOf, importedBy, importsOf } from "./imports.js";

describe("imports", () => {
	it.each([
		{ name: "a value", source: 'import { a } from "./a.js";' },
		{ name: "a type", source: 'import type { A } from "./a.js";' },
		{ name: "over several lines", source: 'import {\n\ta,\n\ttype B,\n} from "./a.js";' },
		{ name: "its effect", source: 'import "./a.js";' },
		{ name: "later", source: 'const { a } = await import("./a.js");' },
		{ name: "what is exported again", source: 'export type { A } from "./a.js";' },
		{ name: "a type in place", source: 'type A = import("./a.js").A;' },
	])("are seen: $name", ({ source }) => {
		expect(importedBy(source)).toEqual(["./a.js"]);
	});

	it.each([
		{ name: "a package", source: 'import { a } from "a";' },
		{ name: "a text", source: 'const a = "./a.js";' },
	])("are not seen in $name", ({ source }) => {
		expect(importedBy(source)).toEqual([]);
	});

	it.each([
		{ name: "none", imports: { a: ["b", "c"], b: ["c"], c: [] }, circles: [] },
		{ name: "of a file with itself", imports: { a: ["a"] }, circles: [["a", "a"]] },
		{ name: "of two", imports: { a: ["b"], b: ["a"] }, circles: [["a", "b", "a"]] },
		{
			name: "of three, reached from outside",
			imports: { o: ["a"], a: ["b"], b: ["c"], c: ["a"] },
			circles: [["a", "b", "c", "a"]],
		},
	])("make these circles: $name", ({ imports, circles }) => {
		expect(circlesOf(new Map(Object.entries(imports)))).toEqual(circles);
	});

	it("make no circle in the firmware, the host and the server, types included", () => {
		const imports = importsOf(["firmware", "host-sim", "server"]);
		expect(Array.from(imports.values()).flat().length).toBeGreaterThan(500);
		expect(circlesOf(imports).map((circle) => circle.join(" -> "))).toEqual([]);
	});
});
