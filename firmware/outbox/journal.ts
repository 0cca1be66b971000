import type { Flash } from "../ecma-419.js";
import type { Host } from "../host.js";
import { elapsed } from "../mqtt/answer-time.js";
import { readUtf8 } from "../mqtt/utf8.js";
import { FlashLog, type Place } from "../storage/flash-log.js";
import type { Entry } from "./entry.js";
import {
	countOf,
	encodeRecord,
	entryLength,
	FIRST_ENTRY,
	type JournalState,
	LEAST,
	readEntry,
	readState,
	type StoredEntry,
} from "./journal-record.js";

/**
 * Numbers that a start may use without a word about it in the store. The next start begins behind them, so that no
 * number names two readings; a record is written before they are used up.
 */
export const UNTOLD = 65_536;

/** Readings in a record at most. */
export const BATCH = 16;

/** The readings that wait, in flash memory. Every method throws what the flash throws. */
export class Journal {
	readonly #host: Pick<Host, "now" | "date">;
	readonly #log: FlashLog;
	/** Names the store: 8 letters. */
	readonly stream: string;
	/** As the last record says: readings up to this one are not waited for. */
	readonly through: number;
	/** The first number of this start. */
	readonly next: number;
	/** Readings that damage has taken, as far as that can be seen, and that were still waited for. */
	readonly lost: number;
	readonly #start: number;
	#total: number;
	readonly #clocks: readonly Clock[];
	/** The record being read, what it says, where its next reading is, and where the next record is. */
	#body: Uint8Array | undefined;
	#state: JournalState | undefined;
	#at = 0;
	#place: Place;

	/**
	 * Looks what there is, and writes nothing.
	 * @param stream names the store if it is empty
	 * @throws Error, RangeError as `FlashLog` does
	 */
	constructor(host: Pick<Host, "now" | "date">, flash: Flash, stream: string) {
		const log = new FlashLog(flash);
		const { last, total, clocks, gaps } = survey(log);
		this.#host = host;
		this.#log = log;
		this.#place = log.start;
		this.#clocks = clocks;
		this.#total = total;
		this.stream = last?.stream ?? stream;
		this.#start = last === undefined ? 0 : (last.start + 1) & 0xffff;
		this.through = last?.through ?? 0;
		this.next = last === undefined ? 1 : last.next + (last.isLast ? 0 : UNTOLD);
		let lost = 0;
		for (let index = 0; index < gaps.length; index++) {
			const { count, before } = gaps[index] as Gap;
			if (before > this.through + 1) lost += count;
		}
		this.lost = lost;
	}

	/** The next reading behind number `after`, from where the last call left off; `undefined` behind the last one. */
	read(after: number): Entry | undefined {
		for (;;) {
			const entry = this.#readStored();
			if (entry === undefined) return undefined;
			if (entry.seq <= after) continue;
			const payload = readUtf8(this.#body as Uint8Array, entry.start, entry.end);
			if (payload === undefined) continue;
			return { seq: entry.seq, payload, ...this.#timeOf(entry) };
		}
	}

	/** The next `read` begins with the oldest record again. */
	rewind(): void {
		this.#body = undefined;
		this.#place = this.#log.start;
	}

	/**
	 * Stores the readings, durable when this returns, and what is known of all of them. Returns `undefined`, or the number
	 * through which readings must not be waited for any more so that there is room.
	 */
	write(entries: readonly Entry[], through: number, next: number, isLast: boolean): number | undefined {
		let from = 0;
		do {
			let to = from;
			let length = LEAST;
			while (to < entries.length && to - from < BATCH) {
				const more = entryLength((entries[to] as Entry).payload);
				if (length + more > this.#log.longest) break;
				length += more;
				to++;
			}
			const needed = this.#makeRoom(length, through, next);
			if (needed !== undefined) return needed;
			const state = this.#stateNow(through, next, isLast);
			this.#log.append(encodeRecord(state, entries, from, to, length));
			this.#total = (this.#total + to - from) >>> 0;
			from = to;
		} while (from < entries.length);
		return undefined;
	}

	/** Turns to another block when a record does not fit into this one. */
	#makeRoom(length: number, through: number, next: number): number | undefined {
		if (this.#log.fits(length, LEAST)) return undefined;
		const needed = this.#lastIn(this.#log.doomed);
		if (needed > through) return needed;
		// How far the answers came is stored before what was answered is erased.
		if (this.#log.fits(LEAST, 0)) {
			this.#log.append(encodeRecord(this.#stateNow(through, next, false), [], 0, 0, LEAST));
		}
		this.#log.turn();
		return undefined;
	}

	#stateNow(through: number, next: number, isLast: boolean): JournalState {
		const now = this.#host.now();
		const date = this.#host.date();
		return { stream: this.stream, start: this.#start, through, next, total: this.#total, date, now, isLast };
	}

	/** The highest number in a block, 0 if it has none. */
	#lastIn(block: number): number {
		let last = 0;
		let place: Place = { block, offset: 0 };
		for (;;) {
			const record = this.#log.find(place);
			if (record === undefined || record.next.block > block) return last;
			place = record.next;
			if (readState(record.body) === undefined) continue;
			let at = FIRST_ENTRY;
			for (;;) {
				const entry = readEntry(record.body, at);
				if (entry === undefined) break;
				last = entry.seq;
				at = entry.end;
			}
		}
	}

	#readStored(): StoredEntry | undefined {
		for (;;) {
			const entry = this.#body && readEntry(this.#body, this.#at);
			if (entry !== undefined) {
				this.#at = entry.end;
				return entry;
			}
			const record = this.#log.find(this.#place);
			this.#body = record?.body;
			if (record === undefined) return undefined;
			this.#place = record.next;
			this.#state = readState(record.body);
			this.#at = this.#state === undefined ? record.body.length : FIRST_ENTRY;
		}
	}

	#timeOf({ isDate, time }: StoredEntry): { date: number | undefined; now: number | undefined } {
		if (isDate) return { date: time, now: undefined };
		const start = (this.#state as JournalState).start;
		if (start === this.#start) return { date: undefined, now: time };
		const clock = this.#clocks.find((known) => known.start === start);
		const date = clock?.date;
		return { date: date && date - elapsed((clock as Clock).now, time), now: undefined };
	}
}

/** The wall clock of a start that has readings of an unknown time; no `date`: it was never set. */
interface Clock {
	readonly start: number;
	date: number | undefined;
	now: number;
}

/** Records that are missing: how many readings they had, and the number of a reading behind them. */
interface Gap {
	readonly count: number;
	readonly before: number;
}

/** Goes through all records of a log. */
function survey(log: FlashLog): {
	last: JournalState | undefined;
	total: number;
	clocks: Clock[];
	gaps: Gap[];
} {
	const clocks: Clock[] = [];
	const gaps: Gap[] = [];
	let last = undefined as JournalState | undefined;
	let total = 0;
	let place = log.start;
	for (;;) {
		const record = log.find(place);
		if (record === undefined) return { last, total, clocks, gaps };
		place = record.next;
		const { body } = record;
		const state = readState(body);
		if (state === undefined) continue;
		const first = readEntry(body, FIRST_ENTRY);
		const count = (state.total - total) >>> 0;
		if (last !== undefined && count > 0) gaps.push({ count, before: first?.seq ?? state.next });
		// Readings of an unknown time come before the others.
		if (first?.isDate === false) clocks.push({ start: state.start, date: undefined, now: 0 });
		for (let index = 0; index < clocks.length; index++) {
			const clock = clocks[index] as Clock;
			if (clock.start !== state.start || state.date === undefined) continue;
			clock.date = state.date;
			clock.now = state.now;
		}
		last = state;
		total = (state.total + countOf(body)) >>> 0;
	}
}
