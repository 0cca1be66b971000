import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readUtf8, utf8Length, writeUtf8 } from "../../../firmware/mqtt/utf8.js";
import { anyText } from "./arbitraries.js";
import { hex, toHex, utf8 } from "./support.js";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What the platform reads; `undefined` where it refuses. */
function decoded(bytes: Uint8Array): string | undefined {
	try {
		return decoder.decode(bytes);
	} catch {
		return undefined;
	}
}

function written(text: string): Uint8Array {
	const bytes = new Uint8Array(utf8Length(text));
	expect(writeUtf8(bytes, 0, text)).toBe(bytes.length);
	return bytes;
}

const WELL_FORMED = [
	{ name: "nothing", text: "", bytes: "" },
	{ name: "U+0000", text: "\0", bytes: "00" },
	{ name: "U+007F, the last of one byte", text: "\x7f", bytes: "7f" },
	{ name: "U+0080, the first of two bytes", text: "\x80", bytes: "c2 80" },
	{ name: "U+07FF, the last of two bytes", text: "\u07ff", bytes: "df bf" },
	{ name: "U+0800, the first of three bytes", text: "\u0800", bytes: "e0 a0 80" },
	{ name: "U+D7FF, before the surrogates", text: "\ud7ff", bytes: "ed 9f bf" },
	{ name: "U+E000, after the surrogates", text: "\ue000", bytes: "ee 80 80" },
	{ name: "U+FFFF, the last of three bytes", text: "\uffff", bytes: "ef bf bf" },
	{ name: "U+10000, the first of four bytes", text: "\u{10000}", bytes: "f0 90 80 80" },
	{ name: "U+10FFFF, the last of all", text: "\u{10ffff}", bytes: "f4 8f bf bf" },
	{ name: "the example of the standard (1.5.3)", text: "A\u{2a6d4}", bytes: "41 f0 aa 9b 94" },
	{ name: "a byte order mark, kept [MQTT-1.5.3-3]", text: "\ufeffa", bytes: "ef bb bf 61" },
	{ name: "a byte order mark alone [MQTT-1.5.3-3]", text: "\ufeff", bytes: "ef bb bf" },
	{
		name: "characters of every length",
		text: "a\u00e9\u20ac\u{1f4a1}z",
		bytes: "61 c3a9 e282ac f09f92a1 7a",
	},
];

const ILL_FORMED = [
	{ name: "a continuation byte alone", bytes: "80" },
	{ name: "a continuation byte after a character", bytes: "c3 a9 a9" },
	{ name: "an overlong U+0000", bytes: "c0 80" },
	{ name: "an overlong U+007F", bytes: "c1 bf" },
	{ name: "an overlong U+0000 of three bytes", bytes: "e0 80 80" },
	{ name: "an overlong U+07FF", bytes: "e0 9f bf" },
	{ name: "an overlong U+0000 of four bytes", bytes: "f0 80 80 80" },
	{ name: "an overlong U+FFFF", bytes: "f0 8f bf bf" },
	{ name: "the first surrogate", bytes: "ed a0 80" },
	{ name: "the last surrogate", bytes: "ed bf bf" },
	{ name: "a pair of surrogates (CESU-8)", bytes: "ed a0 80 ed b0 80" },
	{ name: "U+110000", bytes: "f4 90 80 80" },
	{ name: "a first byte for U+140000", bytes: "f5 80 80 80" },
	{ name: "a form of five bytes", bytes: "f8 88 80 80 80" },
	{ name: "0xFE", bytes: "fe" },
	{ name: "0xFF", bytes: "ff" },
	{ name: "two bytes, one missing", bytes: "c3" },
	{ name: "three bytes, one missing", bytes: "e2 82" },
	{ name: "three bytes, two missing", bytes: "e2" },
	{ name: "four bytes, one missing", bytes: "f0 9f 92" },
	{ name: "four bytes, three missing", bytes: "f0" },
	{ name: "a letter for a second byte", bytes: "c3 41" },
	{ name: "a letter for a third byte", bytes: "e2 82 41" },
	{ name: "a letter for a fourth byte", bytes: "f0 9f 92 41" },
	{ name: "a first byte for a second one", bytes: "e2 c3 a9" },
];

describe("UTF-8", () => {
	it.each(WELL_FORMED)("reads and writes $name", ({ text, bytes }) => {
		expect(utf8Length(text)).toBe(hex(bytes).length);
		expect(written(text)).toEqual(hex(bytes));
		expect(readUtf8(hex(bytes))).toBe(text);
	});

	it.each(ILL_FORMED)("refuses $name [MQTT-1.5.3-1]", ({ bytes }) => {
		expect(readUtf8(hex(bytes))).toBeUndefined();
		expect(readUtf8(hex(`61 ${bytes}`))).toBeUndefined();
		expect(readUtf8(hex(`${bytes} 61`))).toBeUndefined();
		expect(readUtf8(hex(`f09f92a1 ${bytes} f09f92a1`))).toBeUndefined();
	});

	it.each([
		{ name: "a high surrogate", text: "\ud800" },
		{ name: "a low surrogate", text: "\udc00" },
		{ name: "a high surrogate at the end", text: "lamp\udbff" },
		{ name: "a high surrogate before a letter", text: "\ud800a" },
		{ name: "a high surrogate before U+E000", text: "\udbff\ue000" },
		{ name: "a high surrogate before a pair", text: "\ud800\ud83d\udca1" },
		{ name: "a low surrogate after a pair", text: "\ud83d\udca1\udca1" },
		{ name: "a pair in the wrong order", text: "\udca1\ud83d" },
	])("throws for $name, which it cannot express [MQTT-1.5.3-1]", ({ text }) => {
		expect(() => utf8Length(text)).toThrow(RangeError);
	});

	it("writes between its bounds only, and says where it ended", () => {
		const bytes = new Uint8Array(12).fill(0xee);
		expect(writeUtf8(bytes, 3, "a\u20ac")).toBe(7);
		expect(toHex(bytes)).toBe("eeeeee61e282aceeeeeeeeee");
	});

	it("says where a text ends that is longer than the bytes there are", () => {
		const bytes = new Uint8Array(4);
		expect(writeUtf8(bytes, 0, "\u20ac\u{1f4a1}")).toBe(7);
	});

	it("reads between its bounds only, though the bytes go on", () => {
		const bytes = hex("ff e2 82 ac c3 a9 62 ff");
		expect(readUtf8(bytes, 1, 7)).toBe("\u20ac\u00e9b");
		expect(readUtf8(bytes, 4, 6)).toBe("\u00e9");
		expect(readUtf8(bytes, 6, 7)).toBe("b");
		expect(readUtf8(bytes, 3, 3)).toBe("");
		expect(readUtf8(bytes, 1, 5)).toBeUndefined();
		expect(readUtf8(bytes, 1, 3)).toBeUndefined();
	});
});

describe("UTF-8 against the platform's", () => {
	it("agrees on every sequence of one or two bytes", () => {
		const wrong: string[] = [];
		for (let first = 0; first <= 0xff; first++) {
			const one = Uint8Array.of(first);
			if (readUtf8(one) !== decoded(one)) wrong.push(toHex(one));
			for (let second = 0; second <= 0xff; second++) {
				const two = Uint8Array.of(first, second);
				if (readUtf8(two) !== decoded(two)) wrong.push(toHex(two));
			}
		}
		expect(wrong).toEqual([]);
	});

	it("agrees on every code point, and on texts of thousands", () => {
		const wrong: string[] = [];
		const block = 0x800;
		for (let start = 0; start <= 0x10ffff; start += block) {
			// A block is all surrogates or has none.
			if (start >= 0xd800 && start <= 0xdfff) continue;
			const points = Array.from({ length: block }, (_, index) => start + index);
			const text = String.fromCodePoint(...points);
			const bytes = utf8(text);
			const same = Buffer.compare(written(text), bytes) === 0 && readUtf8(bytes) === text;
			if (!same) wrong.push(start.toString(16));
		}
		expect(wrong).toEqual([]);
	});

	// Texts are put together from parts of 64 code units.
	const LENGTHS = [1, 62, 63, 64, 65, 66, 127, 128, 129, 192, 1000];
	it.each(LENGTHS)("agrees on texts of %i code units or about, whatever lies at the joint", (length) => {
		for (const character of ["a", "\u00e9", "\u20ac", "\u{1f4a1}", "\ufeff"]) {
			for (const before of ["", "x".repeat(length - 1)]) {
				const text = before + character.repeat(before === "" ? length : 3);
				expect(written(text)).toEqual(utf8(text));
				expect(readUtf8(utf8(text))).toBe(text);
			}
		}
	});

	it("agrees on short texts with one character that is no ASCII, wherever it lies", () => {
		for (const character of ["\u00e9", "\u20ac", "\u{1f4a1}"]) {
			for (let length = 1; length <= 26; length++) {
				for (let at = 0; at < length; at++) {
					const text = `${"x".repeat(at)}${character}${"y".repeat(length - at - 1)}`;
					const bytes = utf8(text);
					expect(readUtf8(bytes)).toBe(text);
					expect(readUtf8(bytes, 0, bytes.length - 1)).toBe(decoded(bytes.subarray(0, -1)));
				}
			}
		}
	});

	it("agrees on any text: length, bytes, and back", () => {
		fc.assert(
			fc.property(anyText, (text) => {
				const bytes = utf8(text);
				expect(utf8Length(text)).toBe(bytes.length);
				expect(written(text)).toEqual(bytes);
				expect(readUtf8(bytes)).toBe(text);
			}),
			{ numRuns: 500 },
		);
	});

	it("throws for exactly those texts that hold a lone surrogate [MQTT-1.5.3-1]", () => {
		const unit = fc.oneof(
			fc.integer({ min: 0, max: 0xffff }),
			fc.integer({ min: 0xd800, max: 0xdfff }),
			fc.constantFrom(0x61, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000),
		);
		fc.assert(
			fc.property(fc.array(unit, { maxLength: 6 }), (units) => {
				const text = String.fromCharCode(...units);
				if (/\p{Surrogate}/u.test(text)) expect(() => utf8Length(text)).toThrow(RangeError);
				else expect(written(text)).toEqual(utf8(text));
			}),
			{ numRuns: 2000 },
		);
	});

	it("agrees on any bytes: a text or a refusal", () => {
		// The bytes on either side of what the standard allows, where ranges begin and end.
		const edge = fc.constantFrom(
			...hex("00 7f 80 8f 90 9f a0 bf c0 c1 c2 df e0 e1 ec ed ee ef f0 f1 f3 f4 f5 ff"),
		);
		const byte = fc.oneof({ weight: 3, arbitrary: edge }, fc.integer({ min: 0, max: 0xff }));
		const bytes = fc.oneof(
			fc.array(byte, { minLength: 3, maxLength: 4 }).map((list) => Uint8Array.from(list)),
			fc.uint8Array({ maxLength: 40 }),
			fc.tuple(anyText, fc.nat(), byte).map(([text, at, value]) => {
				const changed = utf8(text);
				if (changed.length > 0) changed[at % changed.length] = value;
				return changed;
			}),
		);
		fc.assert(
			fc.property(bytes, (input) => {
				expect(readUtf8(input)).toBe(decoded(input));
			}),
			{ numRuns: 3000 },
		);
	});
});
