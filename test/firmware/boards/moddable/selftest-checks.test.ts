import { describe, expect, it } from "vitest";
import type { Bench, Check } from "../../../../firmware/boards/moddable/selftest/bench.js";
import { checkClock, checkRandom } from "../../../../firmware/boards/moddable/selftest/check-clock.js";
import {
	checkEngine,
	checkHeap,
	checkMemory,
} from "../../../../firmware/boards/moddable/selftest/check-engine.js";
import { checkLed, checkLight } from "../../../../firmware/boards/moddable/selftest/check-pins.js";
import { find, TestBench } from "./bench.js";

it.each<[string, Check, Partial<Bench>, string]>([
	["the SDK it is made for", checkEngine, {}, "1 good Moddable SDK 8.2.3 on esp32"],
	["another SDK", checkEngine, { sdk: "9.0.0" }, "X bad Moddable SDK 9.0.0 on esp32, made for 8.2.x"],
	[
		"an SDK that is not named",
		checkEngine,
		{ sdk: undefined },
		"Z none on esp32; the build did not say which SDK",
	],
	["enough heap", checkHeap, {}, "5 good 180000 bytes free"],
	["much heap", checkHeap, { instrument: () => 4_000_000 }, "9 good 4000000 bytes free"],
	["little heap", checkHeap, { instrument: () => 32_767 }, "0 bad 32767 bytes free, too little for Wi-Fi"],
	[
		"a build that measures no heap",
		checkHeap,
		{ instrument: () => undefined },
		"Z none not measured: this is no debug build",
	],
	[
		"a platform without a heap of its own",
		checkHeap,
		{ instrument: () => 0 },
		"Z none this platform does not tell",
	],
	[
		"the engine's memory",
		checkMemory,
		{},
		"1 good 4096 bytes of slots and 4096 of chunks, garbage included, 4096 of stack at most",
	],
	[
		"memory that nothing takes",
		checkMemory,
		{ instrument: () => 0 },
		"0 bad 0 bytes of slots and 0 of chunks, garbage included, 0 of stack at most",
	],
	[
		"a build that measures no memory",
		checkMemory,
		{ instrument: () => undefined },
		"Z none not measured: this is no debug build",
	],
])("%s", async (_, check, changes, found) => {
	expect(await find(check, new TestBench(changes))).toBe(found);
});

describe("the clock", () => {
	const took = (ticks: number, date: number) =>
		`a timer of 1000 ms took ${ticks} ms by ticks, ${date} ms by Date`;

	it.each([
		["right", 1, 1, `1 good ${took(1000, 1000)}`],
		["slightly off", 1.15, 1.15, `1 good ${took(1150, 1150)}`],
		["standing still", 0, 1, `0 bad ${took(0, 1000)}`],
		["in units of another length", 0.001, 0.001, `F bad ${took(1, 1)}`],
		["late", 1.5, 1.5, `S bad ${took(1500, 1500)}`],
		["apart from Date", 1, 0.9, `D bad ${took(1000, 900)}`],
	])("%s", async (_, tickPace, datePace, found) => {
		const board = new TestBench();
		// Begins shortly before the ticks wrap.
		const ticks = () => (2 ** 32 - 500 + Math.round(board.clock.elapsed * tickPace)) | 0;
		const date = () => Date.UTC(2026, 0, 1) + board.clock.elapsed * datePace;
		expect(await find(checkClock, board, { ticks, date })).toBe(found);
	});
});

it.each([
	["differ", undefined, /^1 good 100 of 100 differ, the first is 0\.\d{6}$/],
	["are all the same", () => 0.25, /^0 bad 1 of 100 differ, the first is 0\.250000$/],
	["are out of range", () => 1, /^X bad 1 is not from 0 to 1$/],
	["are no numbers", () => Number.NaN, /^X bad NaN is not from 0 to 1$/],
])("random numbers that %s", async (_, random, found) => {
	expect(await find(checkRandom, new TestBench(random && { random }))).toMatch(found);
});

it("random numbers that come again", async () => {
	let drawn = 0;
	const random = () => (drawn++ % 10) / 10;
	expect(await find(checkRandom, new TestBench({ random }))).toBe(
		"D bad 10 of 100 differ, the first is 0.000000",
	);
});

describe("the light", () => {
	it.each([
		[0, "0 good pin 34, 12 bits: 0 of 4095 (0 to 0, 0 apart)"],
		[0.45, "4 good pin 34, 12 bits: 1843 of 4095 (1843 to 1843, 0 apart)"],
		[1, "9 good pin 34, 12 bits: 4095 of 4095 (4095 to 4095, 0 apart)"],
	])("at %s of the range", async (light, found) => {
		const board = new TestBench({}, light);
		expect(await find(checkLight, board)).toBe(found);
		// The pin is free again.
		expect(await find(checkLight, board)).toBe(found);
	});

	it("shows how far readings are apart", async () => {
		const board = new TestBench();
		board.pins.analog(34, () => (board.clock.elapsed % 40) / 400);
		expect(await find(checkLight, board)).toBe("0 good pin 34, 12 bits: 103 of 4095 (0 to 205, 205 apart)");
	});

	/** A converter of 12 bits that gives these readings in turn. */
	const converter = (...readings: (number | undefined)[]) =>
		class {
			readonly resolution = 12;
			#next = 0;
			read(): number {
				return readings[this.#next++ % readings.length] as number;
			}
			close(): void {}
		};

	it.each([
		[
			"is busy now and then",
			converter(100, undefined),
			"0 good pin 34, 12 bits: 100 of 4095 (100 to 100, 0 apart)",
		],
		["is always busy", converter(undefined), "N bad pin 34, 12 bits: the converter gives no reading"],
		[
			"exceeds its range",
			converter(4096),
			"R bad pin 34, 12 bits: 4096 of 4095 (4096 to 4096, 0 apart): out of range",
		],
	])("of a converter that %s", async (_, Analog, found) => {
		expect(await find(checkLight, new TestBench({ Analog }))).toBe(found);
	});

	it("is not there without a pin, and fails with the driver's reason", async () => {
		expect(await find(checkLight, new TestBench({ pin: {} }))).toBe('Z none the board has no pin "light"');
		await expect(find(checkLight, new TestBench({ pin: { light: 35 } }))).rejects.toThrow("pin 35");
	});
});

describe("the LED", () => {
	it("blinks three times", async () => {
		const board = new TestBench();
		expect(await find(checkLed, board)).toBe("1 good pin 2 went high 3 times: did the LED blink?");
		expect(board.levels).toEqual(
			[0, 500, 1000].flatMap((at) => [
				[at, 1],
				[at + 250, 0],
			]),
		);
		board.pins.takeDigital(2);
	});

	it("is not there without a pin, and fails when its pin is in use", async () => {
		expect(await find(checkLed, new TestBench({ pin: {} }))).toBe('Z none the board has no pin "led"');
		const board = new TestBench();
		board.pins.takeDigital(2);
		await expect(find(checkLed, board)).rejects.toThrow("in use");
	});
});
