import { describe, expect, it } from "vitest";
import type { Flash } from "../../../firmware/ecma-419.js";
import { Power } from "../../../host-sim/simulation/device/power.js";
import { SimulatedStorage } from "../../../host-sim/simulation/device/storage.js";
import { Random } from "../../../host-sim/simulation/random.js";

const BLOCK = 4096;

const bytesOf = (flash: Flash, length = 65_536, offset = 0) => [
	...new Uint8Array(flash.read(length, offset)),
];

/** A device's storage, with power, and its open partition; `again` is the partition after the power has come back. */
function flashOf(seed = 1) {
	const storage = new SimulatedStorage(new Random(seed, "flash"));
	storage.hasPower = true;
	const power = new Power(() => {});
	const open = (on: Power) => storage.flash.during(on).open({ path: "outbox" });
	const cutAt = (count: number) =>
		storage.cutAt(count, () => {
			power.isOn = false;
		});
	return { storage, power, cutAt, flash: open(power), again: () => open(new Power(() => {})) };
}

/** What there is after the power went in `change`, over many seeds. */
function torn<T>(
	prepare: (flash: Flash) => void,
	change: (flash: Flash) => void,
	look: (flash: Flash) => T,
): T[] {
	return Array.from({ length: 300 }, (_, seed) => {
		const { flash, cutAt, again } = flashOf(seed + 1);
		prepare(flash);
		cutAt(1);
		expect(() => change(flash)).toThrow("no power");
		return look(again());
	});
}

describe("a device's flash memory", () => {
	it("is erased at first, 16 blocks of 4096 bytes", () => {
		const { flash } = flashOf();
		expect(flash.status()).toEqual({ size: 65_536, blocks: 16, blockLength: BLOCK });
		expect(new Set(bytesOf(flash))).toEqual(new Set([0xff]));
	});

	it("keeps what was programmed, over a reboot, by partition", () => {
		const { flash, storage, power, again } = flashOf();
		flash.write(Uint8Array.of(0b1100, 7), 5);
		flash.write(Uint8Array.of(0b0101), 5);
		power.isOn = false;
		expect(bytesOf(again(), 4, 4)).toEqual([0xff, 0b0100, 7, 0xff]);
		const other = storage.flash.during(new Power(() => {})).open({ path: "other" });
		expect(bytesOf(other, 4, 4)).toEqual([0xff, 0xff, 0xff, 0xff]);
	});

	it("erases the blocks that it is to erase", () => {
		const { flash } = flashOf();
		flash.write(new Uint8Array(4 * BLOCK), 0);
		flash.eraseBlock(1, 3);
		const blocks = [0, 1, 2, 3].map((block) => new Set(bytesOf(flash, BLOCK, block * BLOCK)));
		expect(blocks).toEqual([new Set([0]), new Set([0xff]), new Set([0xff]), new Set([0])]);
		flash.eraseBlock(3);
		expect(bytesOf(flash, 1, 3 * BLOCK)).toEqual([0xff]);
	});

	it.each<{ name: string; call: (flash: Flash) => unknown }>([
		{ name: "a read beyond the end", call: (flash) => flash.read(2, 65_535) },
		{ name: "a read before the beginning", call: (flash) => flash.read(1, -1) },
		{ name: "a write beyond the end", call: (flash) => flash.write(new Uint8Array(2), 65_535) },
		{ name: "a write at half a byte", call: (flash) => flash.write(new Uint8Array(2), 0.5) },
		{ name: "a block that is not there", call: (flash) => flash.eraseBlock(16) },
		{ name: "blocks backwards", call: (flash) => flash.eraseBlock(2, 1) },
	])("RangeError for $name", ({ call }) => {
		const { flash } = flashOf();
		expect(() => call(flash)).toThrow(RangeError);
	});

	it("can be open for reading only, and throws when it is closed", () => {
		const { flash, storage, power } = flashOf();
		const reader = storage.flash.during(power).open({ path: "outbox", mode: "r" });
		expect(() => reader.write(Uint8Array.of(1), 0)).toThrow("for reading only");
		expect(() => reader.eraseBlock(0)).toThrow("for reading only");
		flash.close();
		expect(() => flash.read(1, 0)).toThrow("closed");
	});

	it("is never full; fails while it is broken, and has all that was there afterwards", () => {
		const { flash, storage } = flashOf();
		const room = storage.trouble.replace("full");
		flash.write(Uint8Array.of(1), 0);
		room();
		const mend = storage.trouble.replace("broken");
		for (const action of [
			() => flash.read(1, 0),
			() => flash.write(Uint8Array.of(0), 0),
			() => flash.eraseBlock(0),
		]) {
			expect(action).toThrow("an error of the flash");
		}
		mend();
		expect(bytesOf(flash, 2)).toEqual([1, 0xff]);
	});

	it("each call of a firmware without power throws, and changes nothing", () => {
		const { flash, power, storage, again } = flashOf();
		power.isOn = false;
		for (const action of [
			() => flash.read(1, 0),
			() => flash.write(Uint8Array.of(0), 0),
			() => flash.eraseBlock(0),
			() => flash.status(),
			() => storage.flash.during(power).open({ path: "outbox" }).read(1, 0),
		]) {
			expect(action).toThrow("no power");
		}
		flash.close();
		expect(bytesOf(again(), 1)).toEqual([0xff]);
	});

	it("the power goes in the change that is planned, be it of flash memory or of a value", () => {
		const { flash, storage, power, cutAt } = flashOf();
		const domain = storage.open({ path: "a" });
		cutAt(4);
		flash.write(Uint8Array.of(1), 0);
		domain.write("1", Uint8Array.of(1));
		flash.eraseBlock(1);
		expect(power.isOn).toBe(true);
		expect(() => flash.write(Uint8Array.of(1), 1)).toThrow("no power");
		expect(power.isOn).toBe(false);
	});
});

describe("flash memory whose power goes while it is programmed", () => {
	it("has what was to be programmed up to some byte, and of the next some bits", () => {
		const seen = torn(
			(flash) => flash.write(Uint8Array.of(0x3c), 3),
			(flash) => flash.write(Uint8Array.of(1, 2, 3, 0x18, 5), 0),
			(flash) => bytesOf(flash, 8),
		);
		const wanted = [1, 2, 3, 0x18, 5];
		const old = [0xff, 0xff, 0xff, 0x3c, 0xff];
		for (const bytes of seen) {
			// Each bit is as it was or as it was to be; behind what was programmed nothing changes.
			for (const [index, byte] of wanted.entries()) {
				const before = old[index] as number;
				expect((bytes[index] as number) & ~before).toBe(0);
				expect((bytes[index] as number) | byte).toBe(bytes[index]);
			}
			expect(bytes.slice(5)).toEqual([0xff, 0xff, 0xff]);
		}
		const texts = new Set(seen.map(String));
		for (let done = 0; done <= 5; done++) {
			const prefix = [...wanted.slice(0, done), ...old.slice(done), 0xff, 0xff, 0xff];
			expect(texts).toContain(String(prefix));
		}
		expect(seen.some(([, second = 0]) => second !== 0xff && second !== 2)).toBe(true);
	});

	it("has part of the page, at most, behind what is done", () => {
		const seen = torn(
			() => {},
			(flash) => flash.write(new Uint8Array(600), 100),
			(flash) => {
				const bytes = bytesOf(flash, 600, 100);
				const done = bytes.findIndex((byte) => byte !== 0);
				const touched = bytes.reduce((last, byte, index) => (byte === 0xff ? last : index), -1);
				return { done: done < 0 ? 600 : done, touched };
			},
		);
		for (const { done, touched } of seen) {
			if (touched >= done) expect(Math.floor((touched + 100) / 256)).toBe(Math.floor((done + 100) / 256));
		}
		expect(seen.some(({ done, touched }) => touched === done)).toBe(true);
		expect(seen.some(({ done, touched }) => touched > done + 1)).toBe(true);
	});
});

describe("flash memory whose power goes while it is erased", () => {
	const look = (flash: Flash) =>
		[0, 1, 2, 3].map((block) => {
			const bytes = bytesOf(flash, BLOCK, block * BLOCK);
			const count = (wanted: number) => bytes.filter((byte) => byte === wanted).length;
			const [old, erased] = [count(0x5a), count(0xff)];
			return { old, erased, other: BLOCK - old - erased, first: bytes[0], last: bytes[BLOCK - 1] };
		});
	const seen = torn(
		(flash) => flash.write(new Uint8Array(4 * BLOCK).fill(0x5a), 0),
		(flash) => flash.eraseBlock(1, 3),
		look,
	);

	it("leaves the other blocks alone", () => {
		for (const [before, , , behind] of seen) expect([before?.old, behind?.old]).toEqual([BLOCK, BLOCK]);
	});

	it("has erased the blocks before the one that it was at, and none behind", () => {
		for (const [, one, other] of seen) expect(one?.erased === BLOCK || other?.old === BLOCK).toBe(true);
	});

	it("may have that one half erased: in order, or without any order, or with bytes of any bits", () => {
		const halves = seen.flatMap(([, one]) => (one && one.erased > 100 && one.old > 100 ? [one] : []));
		expect(halves.some(({ other }) => other <= 1)).toBe(true);
		expect(halves.some(({ other }) => other > 100)).toBe(true);
		expect(halves.some(({ first, last }) => first === 0x5a && last === 0xff)).toBe(true);
	});

	it("follows from the seed", () => {
		const [one, two, other] = [7, 7, 8].map((seed) => {
			const { flash, cutAt, again } = flashOf(seed);
			flash.write(new Uint8Array(BLOCK).fill(0x5a), 0);
			cutAt(1);
			expect(() => flash.eraseBlock(0)).toThrow();
			return bytesOf(again(), BLOCK);
		});
		expect(one).toEqual(two);
		expect(one).not.toEqual(other);
	});
});
