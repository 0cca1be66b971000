import { describe, expect, it } from "vitest";
import type { Bench } from "../../../../firmware/boards/moddable/selftest/bench.js";
import { checkFlash } from "../../../../firmware/boards/moddable/selftest/check-flash.js";
import { checkNetworks, checkRadio } from "../../../../firmware/boards/moddable/selftest/check-radio.js";
import { checkStorage } from "../../../../firmware/boards/moddable/selftest/check-storage.js";
import type { Flash } from "../../../../firmware/ecma-419.js";
import { createFlash } from "../../../../host-sim/io/flash.js";
import { find, TestBench } from "./bench.js";

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
