import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FlashStorage, KeyValueDomain } from "../../../firmware/ecma-419.js";
import { FlashKeyValue } from "../../../firmware/key-value/flash-key-value.js";
import { TestFlash } from "../../support/flash.js";

const BLOCK = 4096;
/** Where records are in the first three blocks: behind the heads. */
const RECORDS = fc.integer({ min: 0, max: 3 * BLOCK - 1 }).filter((at) => at % BLOCK >= 16);

const storageOn = (flash: TestFlash, blocks?: number): FlashStorage => ({
	open: ({ path }) => flash.start(path, blocks),
});
const open = (flash: TestFlash, blocks?: number) =>
	new FlashKeyValue(storageOn(flash, blocks)).open({ path: "a" });
const bytes = (length: number, seed = 0) =>
	Uint8Array.from({ length }, (_, index) => (index * 7 + seed) & 0xff);
const read = (domain: KeyValueDomain, key: string): number[] | undefined => {
	const value = domain.read(key);
	return value && [...new Uint8Array(value)];
};
const contentOf = (domain: KeyValueDomain): Map<string, number[] | undefined> =>
	new Map([...domain].map((key) => [key, read(domain, key)]));

describe("key-value storage in flash memory", () => {
	it.each<{ name: string; act: (domain: KeyValueDomain) => void; holds: [string, number[]][] }>([
		{ name: "nothing at first", act: () => {}, holds: [] },
		{ name: "a value", act: (on) => on.write("k", Uint8Array.of(1, 2)), holds: [["k", [1, 2]]] },
		{ name: "a buffer", act: (on) => on.write("k", Uint8Array.of(3).buffer), holds: [["k", [3]]] },
		{ name: "a value without bytes", act: (on) => on.write("", new Uint8Array()), holds: [["", []]] },
		{
			name: "the last value of a key",
			act: (on) => {
				for (const byte of [1, 2, 3]) on.write("é☃", Uint8Array.of(byte));
			},
			holds: [["é☃", [3]]],
		},
		{
			name: "not what was deleted",
			act: (on) => {
				on.write("k", Uint8Array.of(1));
				on.write("l", Uint8Array.of(2));
				on.delete("k");
				on.delete("never there");
			},
			holds: [["l", [2]]],
		},
		{
			name: "what was written after it was deleted",
			act: (on) => {
				on.write("k", Uint8Array.of(1));
				on.delete("k");
				on.write("k", Uint8Array.of(4));
			},
			holds: [["k", [4]]],
		},
	])("holds $name, also after a start", ({ act, holds }) => {
		const flash = new TestFlash();
		const domain = open(flash);
		act(domain);
		expect([...contentOf(domain)]).toEqual(holds);
		expect([...contentOf(open(flash))]).toEqual(holds);
	});

	it("keeps domains apart", () => {
		const flash = new TestFlash();
		const store = new FlashKeyValue(storageOn(flash));
		const [one, other] = [store.open({ path: "a" }), store.open({ path: "ab" })];
		one.write("bk", Uint8Array.of(1));
		other.write("k", Uint8Array.of(2));
		expect([contentOf(one), contentOf(other)]).toEqual([new Map([["bk", [1]]]), new Map([["k", [2]]])]);
	});

	it("keeps what is seldom written while others go round the partition many times", () => {
		const flash = new TestFlash();
		const domain = open(flash, 3);
		domain.write("old", bytes(700, 3));
		for (let round = 0; round < 300; round++) domain.write("busy", bytes(500, round));
		const content = new Map([
			["old", [...bytes(700, 3)]],
			["busy", [...bytes(500, 299)]],
		]);
		expect(new Map(contentOf(domain))).toEqual(content);
		expect(contentOf(open(flash, 3))).toEqual(content);
	});

	it.each<{ name: string; act: (domain: KeyValueDomain) => void; why: RegExp }>([
		{
			name: "more bytes than it holds",
			act: (on) => {
				for (let key = 0; key < 5; key++) on.write(`${key}`, bytes(1500));
			},
			why: /^the key-value storage is full: it holds 128 keys and 4072 bytes; delete some, or make its partition larger$/,
		},
		{
			name: "more keys than it holds",
			act: (on) => {
				for (let key = 0; key <= 128; key++) on.write(`${key}`, new Uint8Array());
			},
			why: /^the key-value storage is full: /,
		},
		{
			name: "too long a value",
			act: (on) => on.write("k", bytes(2032)),
			why: /^a value of 2032 bytes: at most 2031 /,
		},
		{ name: "too long a key", act: (on) => on.write("k".repeat(254), bytes(1)), why: /^a key of 256 bytes / },
	])("refuses $name, keeps what it has, and takes what fits", ({ act, why }) => {
		const flash = new TestFlash();
		const domain = open(flash, 3);
		expect(() => act(domain)).toThrow(why);
		const before = contentOf(domain);
		expect(contentOf(open(flash, 3))).toEqual(before);
		const [first] = before.keys();
		const again = open(flash, 3);
		if (first !== undefined) again.delete(first);
		again.write("after", bytes(900));
		expect(read(open(flash, 3), "after")).toEqual([...bytes(900)]);
	});

	it("does not begin where there is no partition, and says why", () => {
		const store = new FlashKeyValue({
			open: () => {
				throw new Error("no flash partition key-value");
			},
		});
		expect(() => store.open({ path: "a" })).toThrow("no flash partition key-value");
	});

	it("goes on after a flash that failed", () => {
		const flash = new TestFlash();
		const domain = open(flash);
		domain.write("k", Uint8Array.of(1));
		flash.isBroken = true;
		expect(() => domain.write("k", Uint8Array.of(2))).toThrow("the flash is broken");
		expect(() => domain.read("k")).toThrow("the flash is broken");
		flash.isBroken = false;
		expect(read(domain, "k")).toEqual([1]);
		domain.write("k", Uint8Array.of(3));
		expect(read(open(flash), "k")).toEqual([3]);
	});

	it("a damaged record is its value's alone: that is the one before or none, and the next write heals it", () => {
		fc.assert(
			fc.property(RECORDS, fc.integer({ min: 0, max: 254 }), (at, bits) => {
				const flash = new TestFlash();
				const domain = open(flash, 3);
				for (let round = 0; round < 12; round++) domain.write(`${round % 3}`, bytes(400, round));
				const partition = flash.start("key-value", 3);
				const before = new Uint8Array(partition.read(1, at))[0] as number;
				partition.write(Uint8Array.of(before & bits), at);
				const after = open(flash, 3);
				const wrong = [9, 10, 11].filter(
					(round) => `${read(after, `${round % 3}`)}` !== `${bytes(400, round)}`,
				);
				expect(wrong.length).toBeLessThanOrEqual(1);
				for (let round = 12; round < 40; round++) after.write(`${round % 3}`, bytes(400, round));
				for (const round of [37, 38, 39])
					expect(read(open(flash, 3), `${round % 3}`)).toEqual([...bytes(400, round)]);
			}),
			{ numRuns: 100 },
		);
	});
});

/** What is done, and in which of its changes of the flash memory the power goes. */
const STEPS = fc.array(
	fc.record({
		key: fc.constantFrom("a", "b", "c", "dddd"),
		length: fc.option(fc.integer({ min: 0, max: 900 }), { nil: undefined, freq: 4 }),
		cut: fc.option(fc.nat(6), { nil: undefined, freq: 2 }),
	}),
	{ minLength: 20, maxLength: 120 },
);

it("the power may go within any write or erase: each value is the old or the new one, and nothing is refused", () => {
	fc.assert(
		fc.property(fc.nat(), fc.integer({ min: 3, max: 4 }), STEPS, (seed, blocks, steps) => {
			const flash = new TestFlash(seed);
			const model = new Map<string, number[]>();
			let domain = open(flash, blocks);
			for (const [round, { key, length, cut }] of steps.entries()) {
				const wanted = length === undefined ? undefined : bytes(length, round);
				flash.changesLeft = cut;
				try {
					if (wanted === undefined) domain.delete(key);
					else domain.write(key, wanted);
				} catch (error) {
					if (flash.isOn) throw error;
				}
				if (flash.isOn) {
					flash.changesLeft = undefined;
					put(model, key, wanted);
				} else {
					domain = open(flash, blocks);
					const found = read(domain, key);
					if (`${found}` !== `${model.get(key)}`) put(model, key, wanted);
				}
				expect(contentOf(domain)).toEqual(model);
			}
			expect(contentOf(open(flash, blocks))).toEqual(model);
		}),
		{ numRuns: 150 },
	);
});

it("power cuts in a row while values are copied use up no room", () => {
	for (let seed = 1; seed <= 20; seed++) {
		const flash = new TestFlash(seed);
		const model = new Map<string, number[]>();
		for (const key of ["a", "b", "c"]) {
			open(flash, 3).write(key, bytes(900, 1));
			model.set(key, [...bytes(900, 1)]);
		}
		for (let round = 0; round < 60; round++) {
			const domain = open(flash, 3);
			flash.changesLeft = round % 4;
			try {
				domain.write("busy", bytes(900, round));
				model.set("busy", [...bytes(900, round)]);
			} catch (error) {
				if (flash.isOn) throw error;
				const found = read(open(flash, 3), "busy");
				if (found !== undefined) model.set("busy", found);
			}
			expect(contentOf(open(flash, 3))).toEqual(model);
		}
	}
});

function put(model: Map<string, number[]>, key: string, value: Uint8Array | undefined): void {
	// A key that is written again is the last one.
	model.delete(key);
	if (value !== undefined) model.set(key, [...value]);
}
