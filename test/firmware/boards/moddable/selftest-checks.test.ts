import { describe, expect, it } from "vitest";
import type { Bench, Check, Result } from "../../../../firmware/boards/moddable/selftest/bench.js";
import { checkClock, checkRandom } from "../../../../firmware/boards/moddable/selftest/check-clock.js";
import {
	checkEngine,
	checkHeap,
	checkMemory,
} from "../../../../firmware/boards/moddable/selftest/check-engine.js";
import { checkFlash } from "../../../../firmware/boards/moddable/selftest/check-flash.js";
import { checkLed, checkLight } from "../../../../firmware/boards/moddable/selftest/check-pins.js";
import { checkNetworks, checkRadio } from "../../../../firmware/boards/moddable/selftest/check-radio.js";
import { checkStorage } from "../../../../firmware/boards/moddable/selftest/check-storage.js";
import type { Flash } from "../../../../firmware/ecma-419.js";
import { createFlash } from "../../../../host-sim/io/flash.js";
import { TestBench } from "./bench.js";

const say = ({ verdict, code, text }: Result): string => `${code} ${verdict} ${text}`;

/** What a check finds within 20 s of virtual time. */
async function find(check: Check, board: TestBench, changes: Partial<Bench> = {}): Promise<string> {
	const result = Promise.resolve(check({ ...board.bench, ...changes }));
	result.catch(() => {});
	await board.advance(20_000);
	return say(await result);
}

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

describe("the storage", () => {
	it.each([
		["works", [], "1 good 64 bytes written, read, replaced and deleted"],
		["cannot be opened", ["open"], "X bad cannot open it: cannot open selftest"],
		["is full", ["write"], "W bad cannot write: cannot write probe"],
		["cannot be read", ["read"], "E bad cannot read or delete: cannot read probe"],
		["cannot be deleted from", ["delete"], "E bad cannot read or delete: cannot delete probe"],
	] as const)("that %s", async (_, failing, found) => {
		const board = new TestBench();
		for (const operation of failing) board.storage.failing.add(operation);
		expect(await find(checkStorage, board)).toBe(found);
		expect(board.storage.openDomains).toBe(0);
	});

	it.each([
		["that loses what is written", { write: () => {} }, "R bad it reads other bytes than were written"],
		["that keeps what is deleted", { delete: () => {} }, "D bad a key is still there when it was deleted"],
	])("%s", async (_, broken, found) => {
		const board = new TestBench();
		const keyValue = { open: (options: { path: string }) => ({ ...board.storage.open(options), ...broken }) };
		expect(await find(checkStorage, board, { keyValue })).toBe(found);
	});

	it("is left as it was", async () => {
		const board = new TestBench();
		await find(checkStorage, board);
		expect([...(board.storage.domains.get("selftest") ?? [])]).toEqual([]);
	});
});

describe("the flash", () => {
	const what = '"outbox" has 16 blocks of 4096 bytes';
	const open = (flash: Bench["flash"]): Flash => flash.open({ path: "outbox" });

	it("is written when it is erased, and erased again", async () => {
		const board = new TestBench();
		expect(await find(checkFlash, board)).toBe(`1 good ${what}; written, read and erased`);
		expect(await find(checkFlash, board)).toBe(`1 good ${what}; written, read and erased`);
	});

	it.each([0, 40_000, 65_535])("is read only when it holds something, at %d", async (offset) => {
		const board = new TestBench();
		open(board.bench.flash).write(Uint8Array.of(7), offset);
		expect(await find(checkFlash, board)).toBe(`2 good ${what}; it holds something, so it was read only`);
		const stored = new Uint8Array(open(board.bench.flash).read(65_536, 0));
		expect(stored.findIndex((byte) => byte !== 0xff)).toBe(offset);
		expect(stored.filter((byte) => byte !== 0xff)).toEqual(Uint8Array.of(7));
	});

	/** Flash memory in which some calls do otherwise. */
	const flashWith = (changes: (flash: Flash) => Partial<Flash>): Bench["flash"] => {
		const flash = open(createFlash());
		const { status, read, write, eraseBlock, close } = {
			status: () => flash.status(),
			read: (length: number, offset: number) => flash.read(length, offset),
			write: (data: Uint8Array, offset: number) => flash.write(data, offset),
			eraseBlock: (start: number, end?: number) => flash.eraseBlock(start, end),
			close: () => flash.close(),
		};
		return { open: () => ({ status, read, write, eraseBlock, close, ...changes(flash) }) as Flash };
	};
	const fail = (): never => {
		throw new Error("write failed");
	};

	it.each<[string, (flash: Flash) => Partial<Flash>, string]>([
		["cannot be written", () => ({ write: fail }), "W bad cannot write: write failed"],
		["cannot be erased", () => ({ eraseBlock: fail }), "E bad cannot erase: write failed"],
		["does not erase", () => ({ eraseBlock: () => {} }), "E bad a block is not erased whole"],
		[
			"does not keep what is written",
			() => ({ write: () => {} }),
			"R bad it reads other bytes than were written",
		],
		[
			"sets bits by writing",
			(flash) => ({
				write: (data, offset) => {
					flash.eraseBlock(Math.floor(offset / 4096));
					flash.write(data, offset);
				},
			}),
			"B bad a second write does not clear bits alone",
		],
		[
			"has blocks that are not all of it",
			() => ({ status: () => ({ size: 65_536, blocks: 15, blockLength: 4096 }) }),
			'S bad "outbox" has 15 blocks of 4096 bytes, but 65536 bytes',
		],
	])("that %s", async (_, changes, found) => {
		expect(await find(checkFlash, new TestBench({ flash: flashWith(changes) }))).toBe(found);
	});

	it("without the partition says which there are", async () => {
		const missing = (): never => {
			throw new Error("can't find partition");
		};
		const flash = { open: missing };
		const text = 'X bad cannot open "outbox": can\'t find partition';
		expect(await find(checkFlash, new TestBench({ flash }))).toBe(text);
		const named = { open: missing, [Symbol.iterator]: () => ["nvs", "factory"].values() };
		expect(await find(checkFlash, new TestBench({ flash: named }))).toBe(`${text}; there are nvs, factory`);
	});
});

describe("the radio", () => {
	it.each([
		["with an address", "24:6F:28:01:02:03", "1 good MAC 24:6F:28:…, 180000 bytes free with it"],
		["without one", undefined, '0 bad its MAC address is ""'],
		["with zeros", "00:00:00:00:00:00", "0 bad its MAC address is blank"],
		["with ones", "ff:ff:ff:ff:ff:ff", "0 bad its MAC address is blank"],
	])("%s", async (_, MAC, found) => {
		const board = new TestBench();
		expect(await find(checkRadio, board, { WiFi: board.radio({ MAC }) })).toBe(found);
		expect(board.radios.size).toBe(0);
	});

	it.each([
		["some", [-70, -48, -90], "3 good 3 access points, the strongest -48 dBm"],
		["many", Array.from({ length: 12 }, () => -60), "9 good 12 access points, the strongest -60 dBm"],
		["no", [], "0 bad no access point in reach, or no antenna"],
		["a scan refused, not", "refused", "S bad scan failed"],
		["an endless scan, not", "endless", "S bad the scan did not end within 15 s"],
	] as const)("hears %s access points", async (_, scan, found) => {
		const board = new TestBench();
		expect(await find(checkNetworks, board, { WiFi: board.radio({ scan }) })).toBe(found);
		expect(board.radios.size).toBe(0);
		expect(board.clock.timers).toBe(0);
	});

	it.each([checkRadio, checkNetworks])("is not there on a board without (%o)", async (check) => {
		const found = "Z none the board has no Wi-Fi of its own";
		expect(await find(check, new TestBench({ WiFi: undefined }))).toBe(found);
	});
});
