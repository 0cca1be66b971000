import { expect, it } from "vitest";
import { describeWith, wioTools } from "../../../support/requires.js";
import { FINISHED, perform, read, type Step, scripted, wait, words, write } from "./script.js";

const PLACE = 0x7_e000;
const command = (code: number) => write("NVMCTRL.CTRLB", 0xa500 | code);
const READY = wait("NVMCTRL.STATUS", 1, 1);
const [ERASE, WRITE_PAGE, WRITE_QUAD, CLEAR] = [0x01, 0x03, 0x04, 0x15];
const erase = (address: number): Step[] => [write("NVMCTRL.ADDR", address), command(ERASE), READY];
const fill = (address: number, ...values: number[]): Step[] =>
	values.map((value, index) => write(address + 4 * index, value));
const quad = (address: number, ...values: number[]): Step[] => [
	...fill(address, ...values),
	command(WRITE_QUAD),
	READY,
];
const ONES = 0xffff_ffff;

describeWith([wioTools], "NVMCTRL", () => {
	it("writes a quad word, and nothing before its command", async () => {
		const { results, end } = await perform([
			...fill(PLACE, 1, 2, 3, 4),
			read(PLACE),
			read("NVMCTRL.STATUS"),
			read("NVMCTRL.ADDR"),
			command(WRITE_QUAD),
			READY,
			...[0, 4, 8, 12, 16].map((offset) => read(PLACE + offset)),
			read("NVMCTRL.INTFLAG"),
		]);
		expect(end.reason).toMatch(FINISHED);
		expect(results).toEqual([ONES, 0xd05, PLACE + 12, 1, 2, 3, 4, ONES, 1]);
	});

	it("writes a page of 512 bytes and erases a block of 8 KB", async () => {
		const page = Array.from({ length: 128 }, (_, index) => index);
		const steps = [
			...[...fill(PLACE + 512, ...page), command(WRITE_PAGE), READY],
			...[read(PLACE + 508), read(PLACE + 512), read(PLACE + 1020), read(PLACE + 1024)],
			...[...quad(PLACE + 0x1ff0, 7, 7, 7, 7), ...quad(PLACE - 16, 8, 8, 8, 8)],
			...[...erase(PLACE + 0x700), read(PLACE + 512), read(PLACE + 0x1ff0), read(PLACE - 16)],
		];
		const { results, end } = await perform(steps, undefined, 300e6);
		expect(end.reason).toMatch(FINISHED);
		expect(results).toEqual([ONES, 0, 127, ONES, ONES, ONES, 8]);
	});

	it("takes a word into the half of its 64 bits; another section begins with ones", async () => {
		const { results } = await perform([
			...[write(PLACE, 1), write(PLACE + 8, 3), write(PLACE + 4, 2), command(WRITE_QUAD), READY],
			...[0, 4, 8, 12].map((offset) => read(PLACE + offset)),
		]);
		expect(results).toEqual([ONES, 2, 3, ONES]);
	});

	it.each([
		["a double word", 1, 2],
		["a quad word", 2, 4],
	])("writes %s by itself with WMODE %d", async (_, mode, count) => {
		const values = [1, 2, 3, 4].slice(0, count);
		const { results } = await perform([
			write("NVMCTRL.CTRLA", 4 | (mode << 4)),
			...fill(PLACE, ...values),
			READY,
			...values.map((_, index) => read(PLACE + 4 * index)),
		]);
		expect(results).toEqual(values);
	});

	it("stops what executes from the same half of flash, but not from the other", async () => {
		const [same, other] = await Promise.all([
			perform([write("NVMCTRL.ADDR", 0x3_e000), command(ERASE), read("NVMCTRL.STATUS")], undefined, 200e6),
			perform([write("NVMCTRL.ADDR", PLACE), command(ERASE), read("NVMCTRL.STATUS")], undefined, 200e6),
		]);
		expect([same.results, other.results]).toEqual([[0xd01], [0xd00]]);
		expect(same.end.time).toBeGreaterThan(50e6);
		expect(other.end.time).toBeLessThan(1e6);
	});

	it.each<[string, readonly Step[], RegExp]>([
		["a command has no key", [write("NVMCTRL.CTRLB", 1)], /CMDEX is not 0xA5/],
		[
			"a command comes while one is under way",
			[write("NVMCTRL.ADDR", PLACE), command(ERASE), command(ERASE)],
			/under way/,
		],
		["the page buffer is empty", [command(WRITE_QUAD)], /page buffer is empty/],
		[
			"64 bits are written twice",
			[...quad(PLACE, 1, 2, 3, 4), ...quad(PLACE, 0, 2, 3, 4)],
			/flash at 0x0007e000 is programmed twice/,
		],
		["the boot loader would be erased", [write("NVMCTRL.ADDR", 0x2000), command(ERASE)], /BOOTPROT/],
		["a command is not known", [command(0x30)], /command 0x30 is not modelled/],
	])("ends the run when %s", async (_, steps, reason) => {
		expect((await perform(steps)).end.reason).toMatch(reason);
	});

	it("forgets the page buffer with its command", async () => {
		const { end } = await perform([...fill(PLACE, 1, 2), command(CLEAR), command(WRITE_QUAD)]);
		expect(end.reason).toMatch(/page buffer is empty/);
	});

	it("keeps what is written over a power cut, and a part of a page that was being written", async () => {
		const page = Array.from({ length: 128 }, (_, index) => index);
		const wio = await scripted([
			...quad(PLACE, 1, 2, 3, 4),
			...[...fill(PLACE + 512, ...page), command(WRITE_PAGE), READY],
		]);
		// A page takes 2.5 ms.
		await wio.run(1.5e6);
		wio.powerCut();
		expect(words(await wio.readMemory(PLACE, 16))).toEqual([1, 2, 3, 4]);
		const written = words(await wio.readMemory(PLACE + 512, 512)).filter((word) => word !== ONES).length;
		expect(written).toBeGreaterThan(20);
		expect(written).toBeLessThan(110);
		wio.close();
	});
});

describeWith([wioTools], "the rest of the chip's memory", () => {
	it("gives random words, the same for the same seed", async () => {
		const word = [wait("TRNG.INTFLAG", 1, 1), read("TRNG.DATA")];
		const steps = [write("MCLK.APBCMASK", 0x2400), write("TRNG.CTRLA", 2), ...word, ...word, ...word];
		const values = async (seed: number) => {
			const wio = await scripted(steps, seed);
			const { end } = await wio.run(1e6);
			expect(end.reason).toMatch(FINISHED);
			const words = await wio.readMemory(0x2001_0004, 12);
			wio.close();
			return Buffer.from(words).toString("hex");
		};
		const [first, again, other] = [await values(1), await values(1), await values(2)];
		expect(first).toBe(again);
		expect(first).not.toBe(other);
	});

	const CACHE_OFF = [write("CMCC.CTRL", 0), wait("CMCC.SR", 1, 0)];
	it("has a cache that hides what is written to flash, until it is off", async () => {
		const { results, end } = await perform([
			...[write("CMCC.CTRL", 1), ...quad(PLACE, 1, 2, 3, 4), read(PLACE)],
			...[...CACHE_OFF, read(PLACE), write("CMCC.MAINT0", 1), write("CMCC.CTRL", 1), read(PLACE)],
		]);
		expect(results).toEqual([ONES, 1, 1]);
		expect(end.reason).toMatch(FINISHED);
	});

	it.each<[string, readonly Step[], number[], RegExp]>([
		[
			"is not to be switched on with lines that are not true",
			[...CACHE_OFF, write("CMCC.CTRL", 1)],
			[],
			/invalidate it/,
		],
		["caches no data", [read(PLACE)], [1], FINISHED],
	])("has a cache that may be one that %s", async (_, steps, expected, reason) => {
		const config = expected.length > 0 ? 0x24 : 0x20;
		const { results, end } = await perform([
			...[write("CMCC.CFG", config), write("CMCC.CTRL", 1), ...quad(PLACE, 1, 2, 3, 4), ...steps],
		]);
		expect(results).toEqual(expected);
		expect(end.reason).toMatch(reason);
	});

	it("has a cache whose configuration waits until it is off", async () => {
		const { results, end } = await perform([
			write("CMCC.CTRL", 1),
			read("CMCC.SR"),
			write("CMCC.CTRL", 0),
			write("CMCC.CFG", 0x20),
			write("CMCC.MAINT0", 1),
			write("CMCC.CTRL", 1),
			write("CMCC.CFG", 0x20),
		]);
		expect(results).toEqual([1]);
		expect(end.reason).toMatch(/CMCC\.CFG.*cache is enabled/);
	});
});
