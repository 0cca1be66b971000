import { existsSync, readFileSync } from "node:fs";

/*
 * Reads a device's flash partition from its file, by the format that is written down in firmware/storage/flash-log.ts
 * and firmware/outbox/journal-record.ts, and with none of their code: it is a witness of what a killed device had
 * stored.
 */

const BLOCK = 4096;
const BLOCK_HEAD = 16;
const RECORD_HEAD = 8;
const JOURNAL_HEAD = 40;
const READING_HEAD = 15;

/** A reading in flash memory. */
export interface StoredReading {
	readonly seq: number;
	/** JSON. */
	readonly payload: string;
}

/** What a partition holds. */
export interface Stored {
	/** The name of the store's life; `undefined` if it is empty. */
	readonly stream: string | undefined;
	/** Up to this number no reading is waited for, as the last record says. */
	readonly through: number;
	/** All readings, also those up to `through`, in the order of the records. */
	readonly readings: readonly StoredReading[];
}

/** CRC-32 of ISO 3309. */
function checksumOf(bytes: Buffer): number {
	let sum = 0xffffffff;
	for (const byte of bytes) {
		sum ^= byte;
		for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
	}
	return (sum ^ 0xffffffff) >>> 0;
}

/** The number of a block; `undefined` for one that was never begun. */
function numberOf(block: Buffer): number | undefined {
	if (block.readUInt16LE(0) !== 0x4c4e || block[2] !== 1) return undefined;
	return checksumOf(block.subarray(0, 12)) === block.readUInt32LE(12) ? block.readUInt32LE(8) : undefined;
}

function* recordsIn(block: Buffer, number: number): Generator<Buffer> {
	const prefix = Buffer.alloc(4);
	prefix.writeUInt32LE(number);
	for (let at = BLOCK_HEAD; at + RECORD_HEAD <= BLOCK; ) {
		const length = block.readUInt16LE(at);
		const end = at + RECORD_HEAD + length;
		const body = block.subarray(at + RECORD_HEAD, end);
		const isWhole = length + block.readUInt16LE(at + 2) === 0xffff && end <= BLOCK;
		if (isWhole && checksumOf(Buffer.concat([prefix, body])) === block.readUInt32LE(at + 4)) {
			yield body;
			at = Math.ceil(end / 4) * 4;
		} else at += 4;
	}
}

/** What the flash partition in a file holds; nothing if there is no file. */
export function readFlash(path: string): Stored {
	const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
	const blocks: { number: number; bytes: Buffer }[] = [];
	for (let at = 0; at < bytes.length; at += BLOCK) {
		const block = bytes.subarray(at, at + BLOCK);
		const number = numberOf(block);
		if (number !== undefined) blocks.push({ number, bytes: block });
	}
	blocks.sort((a, b) => a.number - b.number);
	let stream: string | undefined;
	let through = 0;
	const readings: StoredReading[] = [];
	for (const { number, bytes: block } of blocks) {
		for (const body of recordsIn(block, number)) {
			stream = body.toString("latin1", 4, 12);
			through = body.readUIntLE(12, 6);
			for (let at = JOURNAL_HEAD; at + READING_HEAD <= body.length; ) {
				const end = at + READING_HEAD + body.readUInt16LE(at + 13);
				readings.push({
					seq: body.readUIntLE(at, 6),
					payload: body.toString("utf8", at + READING_HEAD, end),
				});
				at = end;
			}
		}
	}
	return { stream, through, readings };
}
