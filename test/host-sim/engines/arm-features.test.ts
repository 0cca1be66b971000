import { expect, it } from "vitest";
import { featuresOf } from "../../../host-sim/engines/arm/features.js";

it.each([
	["x.toString(16);", true],
	["x.toString();", false],
	["Number.prototype.toString.call(x, 16);", true],
	["const { log } = Math;", true],
	["Math.log2(x);", true],
	["Math['log'](x);", true],
	["f(Math);", true],
	["Math.min(x, 1); y.log(x);", false],
])("%s may need logarithms: %s", (source, needs) => {
	expect(featuresOf(source, String).has("LOGARITHM")).toBe(needs);
});
