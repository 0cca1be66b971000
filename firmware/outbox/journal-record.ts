import { readUtf8, utf8Length, writeUtf8 } from "../mqtt/utf8.js";
import { LARGEST_OF_6, readNumber, writeNumber } from "../storage/bytes.js";
import type { Entry } from "./entry.js";

/*
 * A record of the journal: a head of 40 bytes, and readings. Numbers have their lowest byte first.
 *
 *     0  kind: 1             24  readings stored before, modulo 2 ** 32
 *     1  number of readings  28  the wall clock, all 0xFF while it is not set
 *     2  start               34  the host's clock at that time, modulo 2 ** 32
 *     4  stream, 8 letters   38  1: the device stopped, and no number from `next` on was used
 *    12  through             39  0xFF
 *    18  next
 *
 * A reading: its number (6 bytes), whether its time is the wall clock's (1) or the host's (0), that time (6), the length of its payload
 * (2), the payload.
 */
const KIND = 1;
const HEAD = 40;
const ENTRY_HEAD = 15;

/** Bytes of a record without readings: what says how far the answers came. */
export const LEAST = HEAD;

/** What each record says, for the last one to count. */
export interface JournalState {
	/** Names the store's life: 8 letters. */
	readonly stream: string;
	/** Counts the device's starts, modulo 2 ** 16. */
	readonly start: number;
	/** Up to this number no reading is waited for any more. */
	readonly through: number;
	/** The number of the next reading. */
	readonly next: number;
	/** Readings stored before this record, modulo 2 ** 32. */
	readonly total: number;
	/** The wall clock and the host's clock at the same time; no `date`: the wall clock is not set. */
	readonly date: number | undefined;
	readonly now: number;
	/** Whether no number from `next` on was used: the device stopped after this. */
	readonly isLast: boolean;
}

/** Bytes of a reading in a record. */
export const entryLength = (payload: string): number => ENTRY_HEAD + utf8Length(payload);

/**
 * The body of a record.
 * @param entries at most 255, from `from` up to `to` of them
 * @param length bytes of the record in all
 */
export function encodeRecord(
	state: JournalState,
	entries: readonly Entry[],
	from: number,
	to: number,
	length: number,
): Uint8Array {
	const bytes = new Uint8Array(length).fill(0xff);
	bytes[0] = KIND;
	bytes[1] = to - from;
	writeNumber(bytes, 2, state.start, 2);
	writeUtf8(bytes, 4, state.stream);
	writeNumber(bytes, 12, state.through, 6);
	writeNumber(bytes, 18, state.next, 6);
	writeNumber(bytes, 24, state.total, 4);
	if (state.date !== undefined) writeNumber(bytes, 28, state.date, 6);
	writeNumber(bytes, 34, state.now >>> 0, 4);
	bytes[38] = state.isLast ? 1 : 0;
	let at = HEAD;
	for (let index = from; index < to; index++) {
		const { seq, payload, date, now } = entries[index] as Entry;
		writeNumber(bytes, at, seq, 6);
		bytes[at + 6] = date === undefined ? 0 : 1;
		writeNumber(bytes, at + 7, date ?? (now as number) >>> 0, 6);
		const end = writeUtf8(bytes, at + ENTRY_HEAD, payload);
		writeNumber(bytes, at + 13, end - at - ENTRY_HEAD, 2);
		at = end;
	}
	return bytes;
}

/** What a record says; `undefined`: it is no record of a journal. */
export function readState(body: Uint8Array): JournalState | undefined {
	if (body.length < HEAD || body[0] !== KIND) return undefined;
	const stream = readUtf8(body, 4, 12);
	if (stream === undefined) return undefined;
	const date = readNumber(body, 28, 6);
	return {
		stream,
		start: readNumber(body, 2, 2),
		through: readNumber(body, 12, 6),
		next: readNumber(body, 18, 6),
		total: readNumber(body, 24, 4),
		date: date === LARGEST_OF_6 ? undefined : date,
		now: readNumber(body, 34, 4),
		isLast: body[38] === 1,
	};
}

/** How many readings a record has. */
export const countOf = (body: Uint8Array): number => body[1] as number;

/** Where a reading lies in a record, and what it says of itself. */
export interface StoredEntry {
	readonly seq: number;
	/** Whether `time` is the wall clock's; otherwise it is the host's clock of the record's start. */
	readonly isDate: boolean;
	readonly time: number;
	/** Its payload is from here up to `end`, where the next one begins. */
	readonly start: number;
	readonly end: number;
}

/** Where the first reading of a record begins. */
export const FIRST_ENTRY = HEAD;

/** The reading at an offset; `undefined` behind the last one. */
export function readEntry(body: Uint8Array, at: number): StoredEntry | undefined {
	if (at + ENTRY_HEAD > body.length) return undefined;
	const start = at + ENTRY_HEAD;
	const end = start + readNumber(body, at + 13, 2);
	if (end > body.length) return undefined;
	return {
		seq: readNumber(body, at, 6),
		isDate: body[at + 6] === 1,
		time: readNumber(body, at + 7, 6),
		start,
		end,
	};
}
