import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FULL_SCALE, type Range, scaleReading } from "../../../firmware/peripherals/scale.js";

const LARGEST = 1_000_000;
const LIGHT: Range = { minimum: 0, maximum: FULL_SCALE };

describe.each([1, 8, 9, 10, 11, 12, 16, 24, 32])("%i bits", (bits) => {
	const full = 2 ** bits - 1;

	it("go from 0 to 1023", () => {
		expect(FULL_SCALE).toBe(1023);
		expect(scaleReading(0, bits, LIGHT)).toBe(0);
		expect(scaleReading(full, bits, LIGHT)).toBe(1023);
	});

	it("never fall while the reading rises, and give whole numbers", () => {
		const reading = fc.integer({ min: 0, max: full });
		fc.assert(
			fc.property(reading, reading, (one, other) => {
				const low = scaleReading(Math.min(one, other), bits, LIGHT);
				const high = scaleReading(Math.max(one, other), bits, LIGHT);
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
	expect(scaleReading(reading, bits, LIGHT)).toBe(scaled);
});

it("a 10-bit reading is as it is", () => {
	for (let reading = 0; reading <= 1023; reading++) expect(scaleReading(reading, 10, LIGHT)).toBe(reading);
});

it.each([
	{ bits: 10, minimum: 0, maximum: 100, reading: 614, scaled: 60 },
	{ bits: 10, minimum: 0, maximum: 100, reading: 1023, scaled: 100 },
	{ bits: 10, minimum: -40, maximum: 85, reading: 0, scaled: -40 },
	{ bits: 10, minimum: -40, maximum: 85, reading: 327, scaled: 0 },
	{ bits: 10, minimum: -40, maximum: 85, reading: 1023, scaled: 85 },
	{ bits: 10, minimum: 1, maximum: 1023, reading: 0, scaled: 1 },
	{ bits: 10, minimum: 0, maximum: 5000, reading: 512, scaled: 2502 },
	{ bits: 12, minimum: 0, maximum: 5000, reading: 2048, scaled: 2501 },
	{ bits: 21, minimum: -1_000_000, maximum: 1_000_000, reading: 2 ** 21 - 1, scaled: 1_000_000 },
	{ bits: 32, minimum: 0, maximum: 1, reading: 2 ** 31, scaled: 1 },
])(
	"$reading of $bits bits is $scaled between $minimum and $maximum",
	({ bits, reading, scaled, ...range }) => {
		expect(scaleReading(reading, bits, range)).toBe(scaled);
	},
);

it("a converter with as many steps as the range has values shows each value", () => {
	const range = fc
		.tuple(fc.integer({ min: -LARGEST, max: LARGEST }), fc.integer({ min: -LARGEST, max: LARGEST }))
		.filter(([one, other]) => one !== other)
		.map(([one, other]) => ({ minimum: Math.min(one, other), maximum: Math.max(one, other) }));
	fc.assert(
		fc.property(range, fc.double({ min: 0, max: 1, noNaN: true }), ({ minimum, maximum }, part) => {
			const bits = Math.ceil(Math.log2(maximum - minimum + 1));
			const value = minimum + Math.round(part * (maximum - minimum));
			const reading = Math.round(((value - minimum) / (maximum - minimum)) * (2 ** bits - 1));
			expect(scaleReading(reading, bits, { minimum, maximum })).toBe(value);
		}),
	);
});
