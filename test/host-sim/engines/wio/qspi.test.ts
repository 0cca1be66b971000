import { expect, it } from "vitest";
import { describeWith, wioTools } from "../../../support/requires.js";
import { FINISHED, perform, read, results, type Step, scripted, spin, wait, write } from "./script.js";
import { CLOCKS } from "./setups.js";

const MEMORY = 0x0400_0000;
const PINS: readonly Step[] = [
	write("PORT.GROUP[0].WRCONFIG", 0x5701_0f00),
	write("PORT.GROUP[1].WRCONFIG", 0x5701_0c00),
];
/** The controller in memory mode, its bus clock on, 48 / 2 MHz. */
const ON: readonly Step[] = [
	write("MCLK.APBCMASK", 0x2000),
	write("QSPI.CTRLB", 1),
	write("QSPI.BAUD", 1 << 8),
	write("QSPI.CTRLA", 2),
];
const READY = [...PINS, ...ON];

const [INSTRUCTION, ADDRESS, DATA, QUAD] = [1 << 4, 1 << 5, 1 << 7, 2];
const [READ_MEMORY, WRITE, WRITE_MEMORY] = [1 << 12, 2 << 12, 3 << 12];
const DUMMIES = 8 << 16;
const END = [
	write("QSPI.CTRLA", 0x100_0002),
	wait("QSPI.INTFLAG", 1 << 10, 1 << 10),
	write("QSPI.INTFLAG", 1 << 10),
];
/** An instruction with what is read or written meanwhile. */
const instruct = (code: number, frame: number, ...data: readonly Step[]): Step[] => [
	write("QSPI.INSTRCTRL", code),
	write("QSPI.INSTRFRAME", INSTRUCTION | frame),
	...data,
	...END,
];
const ENABLE_WRITE = instruct(0x06, 0);
const BUSY_TIME = spin(10_000);
const STATUS = instruct(0x05, DATA, read(MEMORY, 8));
const ENABLE_QUAD = [...ENABLE_WRITE, ...instruct(0x31, DATA | WRITE, write(MEMORY, 2, 8)), spin(80_000)];
const erase = (address: number): Step[] => [
	...ENABLE_WRITE,
	write("QSPI.INSTRADDR", address),
	...instruct(0x20, ADDRESS),
];
const program = (address: number, ...values: number[]): Step[] => [
	...ENABLE_WRITE,
	...instruct(
		0x02,
		ADDRESS | DATA | WRITE_MEMORY,
		...values.map((value, index) => write(MEMORY + address + 4 * index, value)),
	),
	BUSY_TIME,
];
const readBack = (...addresses: number[]): Step[] =>
	instruct(
		0x0b,
		ADDRESS | DATA | READ_MEMORY | DUMMIES,
		...addresses.map((address) => read(MEMORY + address)),
	);

const ONES = 0xffff_ffff;

describeWith([wioTools], "the QSPI flash", () => {
	it("says what it is", async () => {
		const id = [0, 1, 2].map((offset) => read(MEMORY + offset, 8));
		const { results: values, end } = await perform([...READY, ...instruct(0x9f, DATA, ...id)]);
		expect(values).toEqual([0xef, 0x40, 0x16]);
		expect(end.reason).toMatch(FINISHED);
	});

	it("says nothing over pins that do not have the function", async () => {
		const { results: values } = await perform([...ON, ...instruct(0x9f, DATA, read(MEMORY, 8))]);
		expect(values).toEqual([0xff]);
	});

	it("is programmed from ones to zeros, and read", async () => {
		const { results: values, end } = await perform([
			...[...READY, ...program(0x1000, 0x0f0f_0f01, 2), ...readBack(0x1000, 0x1004, 0x1008)],
			...[...program(0x1000, 0xff00_ff0f), ...readBack(0x1000)],
		]);
		expect(end.reason).toMatch(FINISHED);
		expect(values).toEqual([0x0f0f_0f01, 2, ONES, 0x0f00_0f01]);
	});

	it("wraps within a page of 256 bytes", async () => {
		const wio = await scripted([...READY, ...program(0x10fc, 1, 2)]);
		await wio.run(100e6);
		const page = Buffer.from(await wio.readMemory(MEMORY + 0x1000, 0x104));
		wio.close();
		expect([page.readUInt32LE(0xfc), page.readUInt32LE(0), page.readUInt32LE(0x100)]).toEqual([1, 2, ONES]);
	});

	it("erases a sector of 4 KB, and is busy meanwhile", async () => {
		const steps = [...READY, ...erase(0x1234), ...STATUS, spin(600_000), ...STATUS];
		const wio = await scripted(steps);
		const bytes = new Uint8Array(0x3000);
		wio.load({ address: MEMORY, bytes });
		const { end } = await wio.run(300e6);
		expect(end.reason).toMatch(FINISHED);
		const [after, statuses] = [await wio.readMemory(MEMORY, 0x3000), await results(wio)];
		wio.close();
		expect(statuses).toEqual([1, 0]);
		const sectors = [0, 1, 2].map((index) => new Set(after.subarray(index * 0x1000, (index + 1) * 0x1000)));
		expect(sectors).toEqual([new Set([0]), new Set([0xff]), new Set([0])]);
	});

	it("is read over four lines, once QE is set", async () => {
		const quad = instruct(0x6b, ADDRESS | DATA | READ_MEMORY | DUMMIES | QUAD, read(MEMORY));
		const { end } = await perform([...READY, ...ENABLE_QUAD, ...quad]);
		expect(end.reason).toMatch(FINISHED);
		expect((await perform([...READY, ...quad])).end.reason).toMatch(/0x6b without QE/);
	});

	it("keeps a part of a page over a power cut", async () => {
		const words = Array.from({ length: 64 }, () => 0);
		const wio = await scripted([...READY, ...program(0, ...words).slice(0, -1), spin(1e6)]);
		let time = 0;
		const zeros = async () => (await wio.readMemory(MEMORY, 256)).filter((byte) => byte === 0).length;
		for (; (await zeros()) === 0; time += 20_000) await wio.run(time);
		await wio.run(time + 300_000);
		wio.powerCut();
		expect(await zeros()).toBeGreaterThan(50);
		expect(await zeros()).toBeLessThan(200);
		wio.close();
	});

	it.each<[string, readonly Step[], RegExp]>([
		[
			"a program comes without write enable",
			instruct(0x02, ADDRESS | DATA | WRITE_MEMORY, write(MEMORY, 0)),
			/0x02 without write enable/,
		],
		["an instruction comes while it is busy", [...erase(0), ...readBack(0)], /is busy/],
		[
			"an instruction lacks its address",
			instruct(0x03, DATA | READ_MEMORY, read(MEMORY)),
			/0x03 comes with an address/,
		],
		[
			"clocks are missing before the data",
			instruct(0x0b, ADDRESS | DATA | READ_MEMORY, read(MEMORY)),
			/8 clocks before/,
		],
		["an instruction is not known", instruct(0xc7, 0), /0xc7 of the QSPI flash is not modelled/],
		[
			"data are read of an instruction that writes",
			instruct(0x02, ADDRESS | DATA | WRITE_MEMORY, read(MEMORY)),
			/read of 0x04000000 without/,
		],
		[
			"an address is beyond it",
			instruct(0x03, ADDRESS | DATA | READ_MEMORY, read(MEMORY + 0x40_0000)),
			/beyond the 4 MB/,
		],
		[
			"the clock is too fast",
			[write("QSPI.BAUD", 0), ...CLOCKS, ...instruct(0x03, ADDRESS | DATA | READ_MEMORY, read(MEMORY))],
			/0x03 takes 50000000 Hz/,
		],
	])("ends the run when %s", async (_, steps, reason) => {
		expect((await perform([...READY, ...steps])).end.reason).toMatch(reason);
	});
});
