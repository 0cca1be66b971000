import type { Flash } from "../ecma-419.js";
import { readNumber, writeNumber } from "./bytes.js";
import { crc32 } from "./crc32.js";

/*
 * A block begins with a head of 16 bytes: MAGIC, the version of the format, 3 bytes of 0xFF, the block's number,
 * and the checksum of all that. Blocks are used in turn: number n is in place n modulo the number of blocks, so the numbers are
 * in order of age. Records follow, each at a multiple of 4: the length of its body, its complement, a checksum of the
 * block's number and the body, the body. Behind the last one everything is erased.
 */
const MAGIC = 0x4c4e; // "NL"
/** The version of the format, of which this reads no other. */
const VERSION = 1;
const BLOCK_HEAD = 16;
const RECORD_HEAD = 8;

/** Bytes that a record of this body takes. */
export const sizeOf = (length: number): number => RECORD_HEAD + ((length + 3) & ~3);

/** Where a record is: its block's number and its offset there. Later records have a higher number, or offset. */
export interface Place {
	readonly block: number;
	readonly offset: number;
}

/** A record of the log. */
export interface LogRecord {
	readonly body: Uint8Array;
	/** Where the search for the next record begins. */
	readonly next: Place;
}

/**
 * Records in a partition of flash memory, in the order in which they were appended. A block is erased when it is
 * needed again, and never before: all blocks wear alike. What the power cut in the middle of a write left is never
 * taken for a record. A damaged record is skipped, and the others are found.
 *
 * Every method throws what the flash throws.
 */
export class FlashLog {
	readonly #flash: Flash;
	readonly #blocks: number;
	readonly #blockLength: number;
	/** The numbers of the oldest and the newest block; none: the newest is less. */
	#first = 1;
	#last = 0;
	/** Where the next record goes in the newest block; `undefined` while what a failed write left there is unknown. */
	#end: number | undefined;
	/** The block read last, until something is written. */
	#read: { readonly block: number; readonly bytes: Uint8Array } | undefined;

	/**
	 * Looks which blocks there are. It writes nothing.
	 * @throws RangeError for a partition of fewer than 2 blocks
	 * @throws Error when a newer or older firmware of another format wrote it
	 */
	constructor(flash: Flash) {
		const { blocks, blockLength } = flash.status();
		if (blocks < 2) throw new RangeError("the partition has fewer than 2 blocks");
		this.#flash = flash;
		this.#blocks = blocks;
		this.#blockLength = blockLength;
		this.#end = blockLength;
		this.#findBlocks();
		if (this.#last >= this.#first) this.#end = undefined;
	}

	/** The longest body of a record. */
	get longest(): number {
		return this.#blockLength - BLOCK_HEAD - RECORD_HEAD;
	}

	/** Where the oldest record may be. */
	get start(): Place {
		return { block: this.#first, offset: BLOCK_HEAD };
	}

	/** The number of the block that the next `turn` erases, if it is there. */
	get doomed(): number {
		return this.#last + 1 - this.#blocks;
	}

	/** Whether a record of this body, and another one behind it, go into the newest block. */
	fits(length: number, behind: number): boolean {
		return this.#findEnd() + sizeOf(length) + sizeOf(behind) <= this.#blockLength;
	}

	/**
	 * Appends a record; it is durable when this returns, with its place. When it throws, the record may be there all the same.
	 * @throws RangeError when it does not fit into the newest block: `turn` first
	 */
	append(body: Uint8Array): Place {
		const { length } = body;
		const at = this.#findEnd();
		if (at + sizeOf(length) > this.#blockLength) throw new RangeError("a record that does not fit");
		const record = new Uint8Array(sizeOf(length)).fill(0xff);
		writeNumber(record, 0, length, 2);
		writeNumber(record, 2, 0xffff - length, 2);
		writeNumber(record, 4, this.#checksum(this.#last, body), 4);
		record.set(body, RECORD_HEAD);
		this.#end = undefined;
		this.#read = undefined;
		this.#flash.write(record, (this.#last % this.#blocks) * this.#blockLength + at);
		this.#end = at + record.length;
		return { block: this.#last, offset: at };
	}

	/** Begins a new block. The oldest one's records are gone then if all blocks are in use. */
	turn(): void {
		const number = this.#last + 1;
		const head = new Uint8Array(BLOCK_HEAD).fill(0xff);
		writeNumber(head, 0, MAGIC, 2);
		head[2] = VERSION;
		writeNumber(head, 8, number, 4);
		writeNumber(head, 12, crc32(head, 0, 12), 4);
		if (this.#last >= this.#first && this.#first === this.doomed) this.#first++;
		const place = number % this.#blocks;
		this.#read = undefined;
		this.#flash.eraseBlock(place);
		this.#flash.write(head, place * this.#blockLength);
		this.#last = number;
		this.#end = BLOCK_HEAD;
	}

	/** Gives up the newest block, of several, with its records: the next `turn` begins it again. */
	drop(): void {
		this.#last--;
		this.#end = this.#blockLength;
		this.#read = undefined;
	}

	/** The first record at `place` or behind it; `undefined`: there is none any more. */
	find(place: Place): LogRecord | undefined {
		let { block, offset } = place;
		if (block < this.#first) {
			block = this.#first;
			offset = BLOCK_HEAD;
		}
		for (; block <= this.#last; block++) {
			// Whoever waits for the next record asks again and again.
			if (block === this.#last && this.#end !== undefined && offset >= this.#end) break;
			const record = this.#findIn(block, offset);
			if (record !== undefined) return record;
			if (block === this.#last) this.#end ??= this.#erasedFrom(offset);
			offset = BLOCK_HEAD;
		}
		this.#read = undefined;
		return undefined;
	}

	#findIn(block: number, from: number): LogRecord | undefined {
		const bytes = this.#bytesOf(block);
		for (let at = from; at + RECORD_HEAD <= bytes.length; at += 4) {
			const length = readNumber(bytes, at, 2);
			const next = at + sizeOf(length);
			if (length + readNumber(bytes, at + 2, 2) !== 0xffff || next > bytes.length) continue;
			const body = bytes.subarray(at + RECORD_HEAD, at + RECORD_HEAD + length);
			if (readNumber(bytes, at + 4, 4) !== this.#checksum(block, body)) continue;
			return { body, next: { block, offset: next } };
		}
		return undefined;
	}

	/** A record that an earlier life of the block left is no record of this one. */
	#checksum(block: number, body: Uint8Array): number {
		const number = new Uint8Array(4);
		writeNumber(number, 0, block, 4);
		return crc32(body, 0, body.length, crc32(number, 0, 4));
	}

	/** The newest block, and the oldest that is not too old to be there; the head of one between them may be damaged. */
	#findBlocks(): void {
		const numbers: number[] = [];
		for (let place = 0; place < this.#blocks; place++) {
			const number = this.#numberAt(place);
			if (number === undefined) continue;
			numbers.push(number);
			if (number > this.#last) this.#last = number;
		}
		this.#first = this.#last + 1;
		for (let index = 0; index < numbers.length; index++) {
			const number = numbers[index] as number;
			if (number < this.#first && number >= this.doomed) this.#first = number;
		}
	}

	/** The number of the block in a place; `undefined`: it has none. */
	#numberAt(place: number): number | undefined {
		const head = new Uint8Array(this.#flash.read(BLOCK_HEAD, place * this.#blockLength));
		if (readNumber(head, 0, 2) !== MAGIC || readNumber(head, 12, 4) !== crc32(head, 0, 12)) return undefined;
		const version = head[2];
		if (version !== VERSION)
			throw new Error(`the store has format ${version}, and this firmware knows ${VERSION}`);
		const number = readNumber(head, 8, 4);
		return number % this.#blocks === place ? number : undefined;
	}

	/** Behind the last record of the newest block. */
	#findEnd(): number {
		let place: Place = { block: this.#last, offset: BLOCK_HEAD };
		while (this.#end === undefined) place = this.find(place)?.next ?? place;
		return this.#end;
	}

	/** Behind all that is not erased from an offset of the newest block on: nothing is written twice. */
	#erasedFrom(offset: number): number {
		const bytes = this.#bytesOf(this.#last);
		let end = bytes.length;
		while (end > offset && bytes[end - 1] === 0xff) end--;
		return (end + 3) & ~3;
	}

	#bytesOf(block: number): Uint8Array {
		if (this.#read?.block === block) return this.#read.bytes;
		const bytes = new Uint8Array(
			this.#flash.read(this.#blockLength, (block % this.#blocks) * this.#blockLength),
		);
		this.#read = { block, bytes };
		return bytes;
	}
}
