import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { decodePage, encodePage, MOST_TEXT, PAGE_SIZE } from "../../../../host-sim/configuration-page.js";
import { crc32 } from "../../../../host-sim/crc32.js";
import { compiler, describeWith } from "../../../support/requires.js";
import { CProgram } from "./c-program.js";

describeWith([compiler], "the configuration page, as the board reads it", () => {
	let program: CProgram;
	beforeAll(() => {
		program = new CProgram("read-pages.c", ["configuration-page.c"]);
	});
	afterAll(() => program?.remove());

	/** What the board makes of pages: a text, or `undefined` and why not. */
	const read = (...pages: readonly Uint8Array[]): { text?: string; reason?: string }[] =>
		program.run([], Buffer.concat(pages)).map((line) => {
			const end = line.lastIndexOf(" ");
			const [word, hex] = [line.slice(0, end), line.slice(end + 1)];
			return word === "text" ? { text: Buffer.from(hex, "hex").toString("utf8") } : { reason: word };
		});

	const pageOf = (bytes: Uint8Array): Uint8Array => {
		const page = new Uint8Array(PAGE_SIZE).fill(0xff);
		page.set(bytes);
		return page;
	};
	const changed = (at: number, ...values: number[]): Uint8Array => {
		const page = pageOf(encodePage('{"id":"lamp"}'));
		page.set(values, at);
		return page;
	};
	/** A page whose checksum is right, whatever its text. */
	const sealed = (...bytes: number[]): Uint8Array => {
		const page = changed(16, ...bytes);
		const view = new DataView(page.buffer);
		view.setUint32(8, bytes.length, true);
		view.setUint32(12, crc32(Uint8Array.from(bytes)), true);
		return page;
	};

	it.each([
		["one character", "1"],
		["JSON", '{"id":"lamp"}'],
		["letters of all lengths", '"aß語𝄞"'],
		["the longest", "x".repeat(MOST_TEXT)],
	])("has the text that was packed: %s", (_, text) => {
		expect(read(pageOf(encodePage(text)))).toEqual([{ text }]);
	});

	it.each([
		["erased", pageOf(new Uint8Array(0)), "there is no configuration: pack one into the image"],
		["zeros", new Uint8Array(PAGE_SIZE), "the configuration is damaged: its mark is wrong"],
		["another mark", changed(0, 0x4d), "the configuration is damaged: its mark is wrong"],
		["version 2", changed(4, 2), "the configuration is of another version: pack it again"],
		["version 257", changed(5, 1), "the configuration is of another version: pack it again"],
		["a reserved byte", changed(7, 1), "the configuration is damaged: its head is wrong"],
		["no text", changed(8, 0), "the configuration is damaged: its length is wrong"],
		["too long a text", changed(8, 0xf1, 0x1f), "the configuration is damaged: its length is wrong"],
		["a length beyond the page", changed(11, 0x80), "the configuration is damaged: its length is wrong"],
		["a shorter text", changed(8, 12), "the configuration is damaged: its checksum is wrong"],
		["another checksum", changed(12, 0), "the configuration is damaged: its checksum is wrong"],
		["another text", changed(17, 0x20), "the configuration is damaged: its checksum is wrong"],
		["a character cut short", sealed(0x22, 0xe8, 0xaa), "the configuration is damaged: it is not UTF-8"],
		["half a surrogate pair", sealed(0xed, 0xa0, 0x80), "the configuration is damaged: it is not UTF-8"],
		["a letter written too long", sealed(0xc1, 0x81), "the configuration is damaged: it is not UTF-8"],
		["a byte that begins nothing", sealed(0xf5, 0x80), "the configuration is damaged: it is not UTF-8"],
	])("says why there is none: %s", (_, page, reason) => {
		expect(read(page)).toEqual([{ reason }]);
	});

	it("takes any texts as the tool that packs them does", () => {
		const byte = fc.integer({ min: 0, max: 255 });
		const texts = fc.sample(fc.array(byte, { minLength: 1, maxLength: 6 }), { numRuns: 2000, seed: 1 });
		const pages = texts.map((bytes) => sealed(...bytes));
		const other = pages.map((page) => {
			const decoded = decodePage(page);
			return decoded.kind === "text" ? decoded.text : undefined;
		});
		expect(read(...pages).map(({ text }) => text)).toEqual(other);
	});

	it("has an answer for a page with any bytes changed", () => {
		const change = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 255 }));
		const pages = fc.sample(fc.array(change, { minLength: 1, maxLength: 4 }), { numRuns: 1000, seed: 2 });
		const answers = read(
			...pages.map((changes) =>
				changes.reduce(
					(page, [at, value]) => {
						page[at] = value;
						return page;
					},
					changed(0, 0x4e),
				),
			),
		);
		expect(answers).toHaveLength(1000);
		for (const { text, reason } of answers)
			expect(text ?? reason).toMatch(/^(\{"id":"lamp"\}|(there|the conf).*)$/);
	});
});
