import type { Host } from "../host.js";
import { elapsed } from "../mqtt/answer-time.js";
import type { Entry } from "./entry.js";
import { BATCH, type Journal, UNTOLD } from "./journal.js";

/** Numbers to choose from for a start of which the storage knows nothing. */
const LEAP = 4_294_967_296;

/**
 * The readings that wait for their answer, in order: the older ones in the journal if there is one, the newest in
 * memory until they are stored.
 */
export class Backlog {
	readonly #host: Pick<Host, "now" | "date">;
	readonly #journal: Journal | undefined;
	/** Names the numbers. */
	readonly stream: string;
	/** Readings up to this one are not waited for any more. */
	through: number;
	/** The number of the newest reading, 0 before the first one. */
	newest: number;
	/** The newest readings, not stored yet. */
	#tail: Entry[] = [];
	/** How many readings wait, and the length of their payloads, in characters. */
	pending = 0;
	bytes = 0;
	/** The highest number in the journal, and the highest of those whose time is not known yet. */
	#stored = 0;
	#undated = 0;
	/** Whether the journal has a record of this start, and what the last one says. */
	#isTold = false;
	#hasLeapt = false;
	#toldThrough: number;
	#toldNewest: number;

	/** @param stream names the numbers where there is no journal */
	constructor(host: Pick<Host, "now" | "date">, journal: Journal | undefined, stream: string) {
		this.#host = host;
		this.#journal = journal;
		this.stream = journal?.stream ?? stream;
		this.through = journal?.through ?? 0;
		this.newest = journal === undefined ? 0 : journal.next - 1;
		this.#toldThrough = this.through;
		this.#toldNewest = this.newest;
		for (;;) {
			const entry = journal?.read(Math.max(this.through, this.#stored));
			if (entry === undefined) break;
			this.pending++;
			this.bytes += entry.payload.length;
			this.#stored = entry.seq;
		}
		this.rewind();
	}

	/**
	 * Whether to store before the next reading comes: a later start must not use a number of this one, and a power cut
	 * takes a batch at most.
	 */
	get isUrgent(): boolean {
		return this.#journal !== undefined && (!this.#isTold || this.#tail.length >= BATCH);
	}

	/**
	 * The storage did not take the first record of this start: goes on with numbers that hardly another start will use.
	 * @param chance from 0 up to 1
	 */
	leap(chance: number): void {
		if (this.#isTold || this.#hasLeapt) return;
		this.#hasLeapt = true;
		this.newest += Math.floor(chance * LEAP);
	}

	/** Takes a reading that was measured now. */
	push(payload: string): void {
		this.#tail.push({ seq: ++this.newest, payload, date: this.#host.date(), now: this.#host.now() });
		this.pending++;
		this.bytes += payload.length;
	}

	/**
	 * The next reading behind number `after`, from where the last call left off; `undefined`: there is none.
	 * @throws what the flash throws; the next call tries again
	 */
	next(after: number): Entry | undefined {
		const stored = this.#journal?.read(after);
		if (stored !== undefined) return stored;
		const tail = this.#tail;
		for (let index = 0; index < tail.length; index++) {
			if ((tail[index] as Entry).seq > after) return tail[index];
		}
		return undefined;
	}

	/** The next call of `next` begins with the oldest reading again. */
	rewind(): void {
		this.#journal?.rewind();
	}

	/** Counts readings no longer that `next` gave and that are released. */
	forget(count: number, bytes: number): void {
		this.pending -= count;
		this.bytes -= bytes;
	}

	/** Keeps readings no longer in memory that are released and up to `seq`, behind which `next` goes on. */
	trim(seq: number): void {
		const tail = this.#tail;
		const through = Math.min(seq, this.through);
		let index = 0;
		while (index < tail.length && (tail[index] as Entry).seq <= through) index++;
		if (index > 0) tail.splice(0, index);
	}

	/**
	 * Stores what is to outlive the power. Returns `undefined` when it is done, or the number through which readings
	 * must be released so that there is room.
	 * @param isLast the device stops after this
	 * @throws what the flash throws; everything stays in memory then
	 */
	flush(isLast: boolean): number | undefined {
		const journal = this.#journal;
		if (journal === undefined || !(isLast || this.isWorthStoring)) return undefined;
		const tail = this.#tail;
		for (let index = 0; index < tail.length; index++) tail[index] = this.#dated(tail[index] as Entry);
		const needed = journal.write(tail, this.through, this.newest + 1, isLast);
		if (needed !== undefined) return needed;
		const last = tail[tail.length - 1];
		if (last !== undefined) {
			this.#stored = last.seq;
			if (last.date === undefined) this.#undated = last.seq;
			else this.#undated = 0;
		}
		this.#isTold = true;
		this.#toldThrough = this.through;
		this.#toldNewest = this.newest;
		this.#tail = [];
		return undefined;
	}

	/** When a reading was measured, in milliseconds since 1970; `undefined`: that is not known. */
	dateOf({ date, now }: Entry): number | undefined {
		if (date !== undefined || now === undefined) return date;
		const today = this.#host.date();
		return today && today - elapsed(this.#host.now(), now);
	}

	/** Whether `flush` has something to store. */
	get isWorthStoring(): boolean {
		return (
			!this.#isTold ||
			this.#tail.length > 0 ||
			// Otherwise the next start would send them again.
			this.#toldThrough < Math.min(this.through, this.#stored) ||
			this.newest - this.#toldNewest > UNTOLD / 2 ||
			(this.#undated > this.through && this.#host.date() !== undefined)
		);
	}

	#dated(entry: Entry): Entry {
		const date = this.dateOf(entry);
		return date === entry.date ? entry : { ...entry, date };
	}
}
