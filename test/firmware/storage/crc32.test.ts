import fc from "fast-check";
import { expect, it } from "vitest";
import { readNumber, writeNumber } from "../../../firmware/storage/bytes.js";
import { crc32 } from "../../../firmware/storage/crc32.js";

it("is the checksum of zip", () => {
	expect(crc32(new TextEncoder().encode("123456789"), 0, 9)).toBe(0xcbf43926);
});

it("goes on from the checksum of what comes before", () => {
	fc.assert(
		fc.property(fc.uint8Array(), fc.uint8Array(), (first, second) => {
			const both = Uint8Array.of(...first, ...second);
			const seed = crc32(first, 0, first.length);
			expect(crc32(second, 0, second.length, seed)).toBe(crc32(both, 0, both.length));
			expect(crc32(both, first.length, both.length, seed)).toBe(crc32(both, 0, both.length));
		}),
	);
});

it("numbers of 1 to 6 bytes are read as they were written", () => {
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 6 }), fc.maxSafeInteger(), (length, any) => {
			const value = Math.abs(any) % 256 ** length;
			const bytes = new Uint8Array(8).fill(0xaa);
			expect(writeNumber(bytes, 1, value, length)).toBe(1 + length);
			expect(readNumber(bytes, 1, length)).toBe(value);
			expect([bytes[0], bytes[1 + length]]).toEqual([0xaa, 0xaa]);
		}),
	);
});
