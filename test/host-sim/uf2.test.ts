import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeUf2, encodeUf2, type FlashPart, UF2_BLOCK } from "../../host-sim/uf2.js";

const part = (address: number, length: number, value = 0x5a): FlashPart => ({
	address,
	bytes: new Uint8Array(length).fill(value),
});

/** A file of two blocks in which a word is another. */
function changed(at: number, value: number): Uint8Array {
	const file = encodeUf2([part(0x4000, 512)]);
	new DataView(file.buffer).setUint32(at, value, true);
	return file;
}

describe("encodeUf2", () => {
	it("writes a block as the specification lays it out", () => {
		const file = encodeUf2([{ address: 0x4000, bytes: Uint8Array.of(1, 2, 3) }]);
		expect(file.length).toBe(512);
		expect(Buffer.from(file.subarray(0, 36)).toString("hex")).toBe(
			`${"5546320a"}${"57515d9e"}${"00200000"}${"00400000"}${"00010000"}${"00000000"}${"01000000"}${"60441155"}010203ff`,
		);
		expect(file.subarray(32 + 3, 32 + 256).every((byte) => byte === 0xff)).toBe(true);
		expect(file.subarray(32 + 256, 508).every((byte) => byte === 0)).toBe(true);
		expect(Buffer.from(file.subarray(508)).toString("hex")).toBe("306fb10a");
	});

	it("numbers the blocks of all parts in a row, by their addresses", () => {
		const file = encodeUf2([part(0x7e000, 300), part(0x4000, 256)]);
		const view = new DataView(file.buffer);
		const words = [0, 1, 2].map((block) =>
			[12, 20, 24].map((at) => view.getUint32(block * UF2_BLOCK + at, true)),
		);
		expect(words).toEqual([
			[0x4000, 0, 3],
			[0x7e000, 1, 3],
			[0x7e100, 2, 3],
		]);
	});

	it.each([
		["no part", [], "a UF2 file needs at least one byte"],
		["only an empty part", [part(0x4000, 0)], "a UF2 file needs at least one byte"],
		["an odd address", [part(0x4080, 1)], "0x00004080 is no multiple of 256"],
		["parts that overlap", [part(0x4000, 257), part(0x4100, 1)], "two parts have bytes for 0x00004100"],
		["an address beyond 32 bits", [part(0x1_0000_0000, 1)], "0x100000000 has more than 32 bits"],
	])("refuses %s", (_, parts, message) => {
		expect(() => encodeUf2(parts)).toThrow(new RangeError(message));
	});
});

describe("decodeUf2", () => {
	it("gives back what was written, filled up with 0xFF", () => {
		const bytes = fc.uint8Array({ minLength: 1, maxLength: 1000 });
		fc.assert(
			fc.property(
				fc.uniqueArray(fc.tuple(fc.nat(200), bytes), { selector: ([at]) => at, minLength: 1 }),
				(list) => {
					// 1,024 bytes apart and never more than 1,000 long, and so never next to each other.
					const parts = list.map(([at, bytes]) => ({ address: at * 0x800, bytes }));
					const filled = [...parts]
						.sort((one, other) => one.address - other.address)
						.map(({ address, bytes }) => {
							const whole = new Uint8Array(Math.ceil(bytes.length / 256) * 256).fill(0xff);
							whole.set(bytes);
							return { address, bytes: whole };
						});
					expect(decodeUf2(encodeUf2(parts))).toEqual({ kind: "parts", parts: filled });
				},
			),
		);
	});

	it("joins parts that follow each other", () => {
		const decoded = decodeUf2(encodeUf2([part(0x4000, 256, 1), part(0x4100, 256, 2)]));
		expect(decoded).toMatchObject({ kind: "parts", parts: [{ address: 0x4000 }] });
		expect(decoded.kind === "parts" && decoded.parts[0]?.bytes.length).toBe(512);
	});

	it("reads a file that lies within other bytes", () => {
		const around = new Uint8Array(3 + 512 + 5);
		around.set(encodeUf2([part(0x4000, 256)]), 3);
		expect(decodeUf2(around.subarray(3, 3 + 512))).toEqual({ kind: "parts", parts: [part(0x4000, 256)] });
	});

	it.each([
		["nothing", new Uint8Array(0), "no UF2 file: 0 bytes, no multiple of 512"],
		["half a block", encodeUf2([part(0, 1)]).subarray(0, 256), "no UF2 file: 256 bytes, no multiple of 512"],
		["another first mark", changed(0, 1), "block 0: the marks of a UF2 file are missing"],
		["another second mark", changed(512 + 4, 1), "block 1: the marks of a UF2 file are missing"],
		["another last mark", changed(508, 1), "block 0: the marks of a UF2 file are missing"],
		["a comment", changed(8, 0x2001), "block 0: it is not for the chip's flash"],
		["no family", changed(8, 0), "block 0: it names no family of chips"],
		[
			"another family",
			changed(28, 0xe48b_ff56),
			"block 0: it is for family 0xe48bff56, not 0x55114460 (SAMD51)",
		],
		["476 bytes a block", changed(16, 476), "block 0: it has 476 bytes, not 256"],
		["a block twice", changed(512 + 20, 0), "block 1: it has number 0"],
		["a file cut short", changed(24, 3), "block 0: it says that there are 3 blocks, the file has 2"],
		["an odd address", changed(12, 0x4001), "block 0: address 0x00004001 is no multiple of 256"],
		[
			"an address twice",
			changed(512 + 12, 0x4000),
			"block 1: address 0x00004000 is not behind the block before",
		],
	])("says why %s is no image", (_, file, reason) => {
		expect(decodeUf2(file)).toEqual({ kind: "invalid", reason });
	});

	it("has an answer for any bytes", () => {
		fc.assert(
			fc.property(fc.nat(1023), fc.integer({ min: 0, max: 255 }), (at, value) => {
				const file = encodeUf2([part(0x4000, 512)]);
				file[at] = value;
				expect(["parts", "invalid"]).toContain(decodeUf2(file).kind);
			}),
		);
	});
});
