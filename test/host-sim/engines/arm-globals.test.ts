import { describe, expect, it } from "vitest";
import { staticsHeader, staticsOf, together } from "../../../host-sim/engines/arm/globals.js";

const usedOf = (...sources: string[]): Record<string, string> =>
	Object.fromEntries(
		[...together(sources.map(staticsOf))].map(([name, used]) => [name, [...used].sort().join()]),
	);

describe("what modules use of a global", () => {
	it.each([
		["Math.min(1); Math.max(2);", "max,min"],
		["const f = () => Math.PI;", "PI"],
		["new Math(); Math(1); x instanceof Math;", ""],
		["const f = ({ Math }) => 1;", undefined],
		["const { min } = Math;", undefined],
		["f(Math);", undefined],
		["Math[x];", undefined],
		["class A extends Math {}", undefined],
	])("%s: %s", (source, used) => {
		expect(usedOf(source).Math).toBe(used);
	});

	it("is nothing where only a property has its name", () => {
		expect(usedOf("Math.min(1); y.Math; ({ Math: 1 });").Math).toBe("min");
	});

	it("is what each of them uses, and unknown if one hands it on", () => {
		expect(usedOf("Math.min(1); JSON.parse(x);", "Math.max(1); f(JSON);").Math).toBe("max,min");
		expect(usedOf("JSON.parse(x);", "f(JSON);")).not.toHaveProperty("JSON");
		expect(usedOf("Math.min(1);", "globalThis.Math.max(1);")).toEqual({});
	});

	it("leaves out what is neither used, nor looked up by the engine, though its name stays", () => {
		const statics = together([staticsOf("Math.min(1);")]);
		const names = {
			lookedUp: new Set(["prototype"]),
			kept: new Set(["Math", "Date", "min", "max", "prototype"]),
		};
		expect(staticsHeader(["Math", "Date", "Map"], statics, names)).toMatch(
			/= \{ _Math, _Date, _Math, _Math, _Math, _max, \};/,
		);
	});
});
