import { describe, expect, it } from "vitest";
import {
	engineNames,
	globalsOf,
	keptHeader,
	keptNames,
	lookedUpNames,
	namesOf,
} from "../../../host-sim/engines/arm/kept-names.js";

const builder = (name: string, body: string) => `\nvoid fxBuild${name}(txMachine* the)\n{\n${body}}\n`;

describe("the engine's names that stay in an image", () => {
	it.each([
		["those of modules", "", ["sin"], ["sin"]],
		[
			"those that C code looks up when it runs",
			"\nvoid fxAwait(txMachine* the)\n{\nmxGetID(mxID(_then));\n}\n",
			[],
			["then"],
		],
		["not those that only a builder names", builder("Math", "if (x) { mxID(_sin); }\nmxID(_cos);\n"), [], []],
		[
			"those behind and between builders",
			`mxID(_a);${builder("One", "mxID(_b);\n")}mxID(_c);${builder("Two", "{ mxID(_d); }\n")}mxID(_e);`,
			[],
			["a", "c", "e"],
		],
	])("are %s", (_, source, names, wanted) => {
		const usual = lookedUpNames([]);
		const kept = keptNames(lookedUpNames([source]), new Set(names));
		expect([...kept].filter((name) => !usual.has(name)).sort()).toEqual(wanted);
		for (const name of usual) expect(kept).toContain(name);
	});

	it("are not those of what no image has, though the engine looks them up", () => {
		expect([...keptNames(new Set(["Compartment", "then"]), new Set(["Atomics"]))]).toEqual(["then"]);
	});

	it("are globals from the first constructor on", () => {
		expect(globalsOf(["Symbol", "AggregateError", "Map", "AsyncFunction", "then"])).toEqual([
			"AggregateError",
			"Map",
		]);
	});

	it("have a bit each, by their ids", () => {
		const names = engineNames(
			'const txString gxIDStrings[XS_ID_COUNT] = {\n\t"a",\n\t"b", "c",\n"d","e","f","g","h","i"};',
		);
		expect(names.join("")).toBe("abcdefghi");
		expect(keptHeader(names, new Set(["a", "c", "i", "other"]))).toMatch(
			/KEPT\[\] .*= \{5,1\};\n.*XS_ID_COUNT == 9/,
		);
	});

	it("are not found in another engine's source", () => {
		expect(() => engineNames("char* names[] = {};")).toThrow("xsCommon.c has no table of names");
	});
});

describe("the names in a compiled module", () => {
	it("are behind its code", () => {
		const code = [1, 0, 2];
		const names = [...new TextEncoder().encode("sin\0größe\0")];
		const compiled = Uint8Array.of(0xff, code.length, 0, 0, 0, ...code, 2, 0, ...names);
		expect(namesOf(compiled.subarray(1))).toEqual(["sin", "größe"]);
	});
});
