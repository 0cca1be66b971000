import fc from "fast-check";
import { expect, it } from "vitest";
import { scaleReading } from "../../../firmware/peripherals/scale.js";
import { fractionOf, resolutionFor } from "../../../host-sim/io/converter.js";

it.each([
	{ name: "no sensor", ranges: [], bits: 10 },
	{ name: "light", ranges: [{ minimum: 0, maximum: 1023 }], bits: 10 },
	{ name: "as many values elsewhere", ranges: [{ minimum: -1023, maximum: 0 }], bits: 10 },
	{ name: "a value more", ranges: [{ minimum: 0, maximum: 1024 }], bits: 24 },
	{
		name: "a wide range among others",
		ranges: [
			{ minimum: 0, maximum: 100 },
			{ minimum: -5000, maximum: 5000 },
		],
		bits: 24,
	},
])("has $bits bits for $name", ({ ranges, bits }) => {
	expect(resolutionFor(ranges)).toBe(bits);
});

it("shows each whole number of a range, whatever else the converter is for", () => {
	const end = fc.integer({ min: -1_000_000, max: 1_000_000 });
	const range = fc
		.tuple(end, end)
		.filter(([one, other]) => one !== other)
		.map(([one, other]) => ({ minimum: Math.min(one, other), maximum: Math.max(one, other) }));
	fc.assert(
		fc.property(range, range, fc.double({ min: 0, max: 1, noNaN: true }), (sensor, other, part) => {
			const value = sensor.minimum + Math.round(part * (sensor.maximum - sensor.minimum));
			const bits = resolutionFor([sensor, other]);
			const raw = Math.round(fractionOf(value, sensor) * (2 ** bits - 1));
			expect(scaleReading(raw, bits, sensor)).toBe(value);
		}),
	);
});
