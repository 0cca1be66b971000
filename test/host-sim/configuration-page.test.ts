import fc from "fast-check";
import { expect, it } from "vitest";
import { decodePage, encodePage, MOST_TEXT, PAGE_SIZE } from "../../host-sim/configuration-page.js";

const changed = (page: Uint8Array, at: number, value: number) => {
	const copy = page.slice();
	copy[at] = value;
	return copy;
};
const PAGE = encodePage('{"id":"lamp"}');

it("has its fields where the board looks for them", () => {
	const text = Buffer.from('{"id":"lamp"}').toString("hex");
	expect(Buffer.from(PAGE).toString("hex")).toMatch(
		new RegExp(`^4e4c5047 0100 0000 0d000000 [0-9a-f]{8} ${text}$`.replaceAll(" ", "")),
	);
});

it("has the CRC-32 that others have", () => {
	expect(new DataView(encodePage("123456789").buffer).getUint32(12, true)).toBe(0xcbf43926);
});

it("gives any text back, alone and at the beginning of a whole page", () => {
	fc.assert(
		fc.property(fc.string({ unit: "grapheme", maxLength: 400 }), (text) => {
			const whole = new Uint8Array(PAGE_SIZE).fill(0xff);
			whole.set(encodePage(text));
			expect([decodePage(encodePage(text)), decodePage(whole)]).toEqual([
				{ kind: "text", text },
				{ kind: "text", text },
			]);
		}),
	);
});

it("has room for 8176 bytes", () => {
	expect(encodePage("x".repeat(MOST_TEXT)).length).toBe(PAGE_SIZE);
	expect(() => encodePage("x".repeat(MOST_TEXT + 1))).toThrow("8177 bytes, the page has room for 8176");
});

it.each([
	["nothing, as erased flash", new Uint8Array(PAGE_SIZE).fill(0xff), { kind: "empty" }],
	["no bytes", new Uint8Array(0), { kind: "empty" }],
	["something else", new Uint8Array(64), { kind: "invalid", reason: "no configuration page" }],
	["another version", changed(PAGE, 4, 2), { kind: "invalid", reason: "it is of version 2, not 1" }],
	["a length beyond it", changed(PAGE, 10, 1), { kind: "invalid", reason: "65549 bytes do not fit it" }],
	["a cut text", PAGE.subarray(0, 20), { kind: "invalid", reason: "13 bytes do not fit it" }],
	["a flipped bit", changed(PAGE, 20, 0x28), { kind: "invalid", reason: "its checksum is wrong" }],
])("with %s says so", (_, page, read) => {
	expect(decodePage(page)).toEqual(read);
});

it("never throws, whatever the bytes", () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
			const page = new Uint8Array([...PAGE.subarray(0, bytes.length % 17), ...bytes]);
			expect(["text", "empty", "invalid"]).toContain(decodePage(page).kind);
		}),
	);
});
