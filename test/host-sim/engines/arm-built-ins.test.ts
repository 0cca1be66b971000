import { describe, expect, it } from "vitest";
import { namesOf, unusedBuiltIns } from "../../../host-sim/engines/arm/built-ins.js";

const property = (callback: string, name: string) =>
	`slot = fxNextHostFunctionProperty(the, slot, mxCallback(${callback}), 1, mxID(_${name}), XS_DONT_ENUM_FLAG);\n`;
const getter = (callback: string, name: string) =>
	`slot = fxNextHostAccessorProperty(the, slot, mxCallback(${callback}), C_NULL, mxID(_${name}), XS_DONT_ENUM_FLAG);\n`;
const definition = (callback: string) => `void ${callback}(txMachine* the)\n{\n}\n`;

describe("the built-in methods an image can do without", () => {
	it.each<{ name: string; sources: string[]; names?: string[]; unused: string[] }>([
		{
			name: "are those whose names no module has",
			sources: [property("fx_Math_sin", "sin") + property("fx_Math_cos", "cos") + definition("fx_Math_sin")],
			names: ["sin"],
			unused: ["fx_Math_cos"],
		},
		{
			name: "can be getters",
			sources: [getter("fx_Map_prototype_size", "size") + definition("fx_Map_prototype_size")],
			unused: ["fx_Map_prototype_size"],
		},
		{
			name: "are not those that C code calls",
			sources: [
				property("fx_Array_prototype_join", "join") + definition("fx_Array_prototype_join"),
				"\tfx_Array_prototype_join(the);\n",
			],
			unused: [],
		},
		{
			name: "are not those that the engine looks up by name",
			sources: [property("fx_Promise_prototype_then", "then"), "mxGetID(mxID(_then));\n"],
			unused: [],
		},
		{
			name: "are not those that have another name as well, which a module has",
			sources: [property("fx_String_trim", "trimEnd") + property("fx_String_trim", "trimRight")],
			names: ["trimRight"],
			unused: [],
		},
		{
			name: "are named once, however many names they have",
			sources: [property("fx_String_trim", "trimEnd") + property("fx_String_trim", "trimRight")],
			unused: ["fx_String_trim"],
		},
	])("$name", ({ sources, names = [], unused }) => {
		expect(unusedBuiltIns(sources, new Set(names))).toEqual(unused);
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
