import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Flash } from "../../../firmware/ecma-419.js";
import { writeNumber } from "../../../firmware/storage/bytes.js";
import { crc32 } from "../../../firmware/storage/crc32.js";
import { FlashLog, type LogRecord } from "../../../firmware/storage/flash-log.js";
import { TestFlash } from "../../support/flash.js";

const BLOCKS = 16;
const BLOCK = 4096;

/** A body that names itself, and ends with bytes that look erased. */
const bodyOf = (number: number, length = 20): Uint8Array => {
	const body = new Uint8Array(length).fill(0xff);
	body[0] = number & 0xff;
	body[1] = number >> 8;
	return body;
};
const numberIn = (body: Uint8Array): number => (body[0] as number) + 256 * (body[1] as number);

function append(log: FlashLog, body: Uint8Array): void {
	if (!log.fits(body.length, 0)) log.turn();
	log.append(body);
}

function contentOf(log: FlashLog): number[] {
	const numbers: number[] = [];
	let place = log.start;
	for (;;) {
		const record = log.find(place);
		if (record === undefined) return numbers;
		numbers.push(numberIn(record.body));
		place = record.next;
	}
}

const range = (from: number, to: number): number[] =>
	Array.from({ length: to - from }, (_, index) => from + index);

it("an erased partition has no records, and none is written to look", () => {
	const flash = new TestFlash();
	const log = new FlashLog(flash.start());
	expect(contentOf(log)).toEqual([]);
	expect(log.fits(0, 0)).toBe(false);
	expect(new Uint8Array(flash.start().read(BLOCK, BLOCK)).every((byte) => byte === 0xff)).toBe(true);
});

it("records are found in order, also after a start", () => {
	const flash = new TestFlash();
	const log = new FlashLog(flash.start());
	for (const number of range(0, 500)) append(log, bodyOf(number, 1 + (number % 300)));
	const found = contentOf(log);
	expect(found.at(-1)).toBe(499);
	expect(contentOf(new FlashLog(flash.start()))).toEqual(found);
});

it("goes round: the oldest block is erased for a new one, each as often as the others", () => {
	const erased = new Array<number>(BLOCKS).fill(0);
	const inner = new TestFlash().start();
	const flash: Flash = Object.assign(Object.create(inner), {
		...inner,
		eraseBlock: (start: number) => {
			erased[start] = (erased[start] as number) + 1;
			inner.eraseBlock(start);
		},
	});
	const log = new FlashLog(flash);
	for (const number of range(0, 4000)) append(log, bodyOf(number, 1000));
	const found = contentOf(log);
	expect(found).toEqual(range(found[0] as number, 4000));
	expect(found.length).toBeGreaterThan((BLOCKS - 1) * 4);
	expect(Math.max(...erased) - Math.min(...erased)).toBeLessThanOrEqual(1);
});

it("who waits at the end has nothing read again until there is a record", () => {
	const flash = new TestFlash();
	append(new FlashLog(flash.start()), bodyOf(1));
	const inner = flash.start();
	let reads = 0;
	const log = new FlashLog(
		Object.assign(Object.create(inner), {
			...inner,
			read: (length: number, offset: number) => {
				reads++;
				return inner.read(length, offset);
			},
		}),
	);
	const { next } = log.find(log.start) as LogRecord;
	expect(log.find(next)).toBeUndefined();
	const before = reads;
	for (let times = 0; times < 10; times++) expect(log.find(next)).toBeUndefined();
	expect(reads).toBe(before);
	append(log, bodyOf(2));
	expect(numberIn((log.find(next) as LogRecord).body)).toBe(2);
	expect(reads).toBe(before + 1);
});

it("a body has up to as many bytes as a block leaves it", () => {
	const log = new FlashLog(new TestFlash().start());
	append(log, bodyOf(7, log.longest));
	expect(contentOf(log)).toEqual([7]);
	expect(() => append(log, bodyOf(8, log.longest + 1))).toThrow(RangeError);
});

describe("damage", () => {
	const written = (): { flash: TestFlash; found: number[] } => {
		const flash = new TestFlash();
		const log = new FlashLog(flash.start());
		for (const number of range(0, 900)) append(log, bodyOf(number, 100));
		return { flash, found: contentOf(log) };
	};

	it("takes the record it is in, and no other", () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: BLOCKS * BLOCK - 1 }),
				fc.integer({ min: 0, max: 254 }),
				(at, bits) => {
					const { flash, found } = written();
					const partition = flash.start();
					const before = new Uint8Array(partition.read(1, at))[0] as number;
					partition.write(Uint8Array.of(before & bits), at);
					const after = contentOf(new FlashLog(flash.start()));
					expect(found.length - after.length).toBeLessThanOrEqual(1);
					expect(after).toEqual(found.filter((number) => after.includes(number)));
				},
			),
			{ numRuns: 200 },
		);
	});

	it("a head that is damaged leaves the block's records", () => {
		const { flash, found } = written();
		const partition = flash.start();
		// The one of the newest block is needed to know that it is the newest.
		partition.write(new Uint8Array(16), 5 * BLOCK);
		expect(contentOf(new FlashLog(flash.start()))).toEqual(found);
	});

	it("goes on behind what was left of a write that failed", () => {
		const flash = new TestFlash();
		const log = new FlashLog(flash.start());
		append(log, bodyOf(1));
		flash.isBroken = true;
		expect(() => log.append(bodyOf(2))).toThrow("the flash is broken");
		expect(() => log.fits(1, 1)).toThrow("the flash is broken");
		flash.isBroken = false;
		append(log, bodyOf(3));
		expect(contentOf(log)).toEqual([1, 3]);
	});

	it("of another version is left as it is", () => {
		const flash = new TestFlash();
		const log = new FlashLog(flash.start());
		append(log, bodyOf(1));
		const partition = flash.start();
		const head = new Uint8Array(partition.read(16, BLOCK));
		partition.eraseBlock(1);
		head[2] = 2;
		writeNumber(head, 12, crc32(head, 0, 12), 4);
		partition.write(head, BLOCK);
		expect(() => new FlashLog(flash.start())).toThrow("the store has format 2, and this firmware knows 1");
		expect(new Uint8Array(flash.start().read(16, BLOCK))).toEqual(head);
	});
});

it("the power may go within any write or erase: what was appended before is there, in order, and nothing else", () => {
	fc.assert(
		fc.property(
			fc.integer({ min: 0, max: 2 ** 31 }),
			fc.array(fc.record({ changes: fc.nat(200), length: fc.integer({ min: 2, max: 600 }) }), {
				maxLength: 8,
			}),
			(seed, lives) => {
				const flash = new TestFlash(seed);
				/** What must be there, as far as it is not too old; and what may be there behind it. */
				let sure: number[] = [];
				let next = 0;
				for (const { changes, length } of lives) {
					const log = new FlashLog(flash.start());
					const found = contentOf(log);
					const oldest = found[0] ?? next;
					expect(found.filter((number) => sure.includes(number))).toEqual(
						sure.filter((number) => number >= oldest),
					);
					expect([...found].sort((one, other) => one - other)).toEqual(found);
					// What was torn may be whole.
					sure = found;
					flash.changesLeft = changes;
					try {
						for (;;) {
							append(log, bodyOf(next, length));
							sure.push(next++);
						}
					} catch {
						expect(flash.isOn).toBe(false);
						next++;
					}
				}
			},
		),
		{ numRuns: 150 },
	);
});
