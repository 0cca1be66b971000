import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FULL_SCALE, scaleReading } from "../../../firmware/peripherals/scale.js";

describe.each([1, 8, 9, 10, 11, 12, 16, 24, 32])("%i bits", (bits) => {
	const full = 2 ** bits - 1;

	it("go from 0 to 1023", () => {
		expect(FULL_SCALE).toBe(1023);
		expect(scaleReading(0, bits)).toBe(0);
		expect(scaleReading(full, bits)).toBe(1023);
	});

	it("never fall while the reading rises, and give whole numbers", () => {
		const reading = fc.integer({ min: 0, max: full });
		fc.assert(
			fc.property(reading, reading, (one, other) => {
				const low = scaleReading(Math.min(one, other), bits);
				const high = scaleReading(Math.max(one, other), bits);
				expect(Number.isInteger(low) && low >= 0 && low <= high && high <= 1023).toBe(true);
			}),
		);
	});
});

it.each([
	{ bits: 8, reading: 1, scaled: 4 },
	{ bits: 8, reading: 128, scaled: 514 },
	{ bits: 8, reading: 254, scaled: 1019 },
	{ bits: 10, reading: 400, scaled: 400 },
	{ bits: 12, reading: 1, scaled: 0 },
	{ bits: 12, reading: 2, scaled: 0 },
	{ bits: 12, reading: 3, scaled: 1 },
	{ bits: 12, reading: 2048, scaled: 512 },
	{ bits: 12, reading: 4094, scaled: 1023 },
	{ bits: 16, reading: 32_768, scaled: 512 },
])("$reading of $bits bits is $scaled", ({ bits, reading, scaled }) => {
	expect(scaleReading(reading, bits)).toBe(scaled);
});

it("a 10-bit reading is as it is", () => {
	for (let reading = 0; reading <= 1023; reading++) expect(scaleReading(reading, 10)).toBe(reading);
});
