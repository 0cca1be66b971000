import type { Sequence } from "./sequence.js";
import type { Progress, Store } from "./store/store.js";

/** How many streams are held in memory beside those that wait for a commit. */
const MOST = 10_000;

/**
 * What a numbered reading is: `new`, to be stored; a `duplicate`, stored before or given up by the device; behind a
 * `gap`: numbers before it were lost on the way, so it is not stored and the device sends again from there; or `put-off`:
 * it cannot be stored now, and comes again as it is not acknowledged.
 */
export type Standing = "new" | "duplicate" | "gap" | "put-off";

/** What is found of a numbered reading. */
export interface Verdict {
	readonly standing: Standing;
	/** Whether its number is higher than each that was seen before in its stream. */
	readonly isNewest: boolean;
	/** Whether nothing was known of its stream. */
	readonly isFirst: boolean;
	/** Up to here each number is stored, waits to be, or never comes. */
	readonly through: number;
}

interface Stream {
	readonly device: string;
	readonly stream: string;
	through: number;
	/** The highest number that was seen. */
	newest: number;
	/** Whether the store has it, or will with the next commit. */
	isKnown: boolean;
	/** Whether it is to be acknowledged with the next commit, and whether it has come further since the last. */
	isWaiting: boolean;
	hasMoved: boolean;
}

/**
 * How far each stream of each device has come. In a stream readings are taken in the order of their numbers, each
 * once: what does not follow is not taken, and comes again. No IO: how far a stream came before it was first heard of
 * is read from the store.
 */
export class Streams {
	readonly #store: Pick<Store, "through">;
	readonly #most: number;
	/** By device and stream; those that were heard of last are last. */
	readonly #streams = new Map<string, Stream>();
	#waiting: Stream[] = [];

	/** @param most how many are held in memory beside those that wait; 10,000 if left out */
	constructor(store: Pick<Store, "through">, most = MOST) {
		this.#store = store;
		this.#most = most;
	}

	/**
	 * Finds what a reading is, and counts a new one as stored.
	 * @param isFull nothing more can be stored now
	 * @throws StoreFailure when the store cannot say how far the stream has come; nothing is changed then
	 */
	take(device: string, { stream: name, seq, base }: Sequence, isFull = false): Verdict {
		const stream = this.#stream(device, name, base);
		const isNewest = seq > stream.newest;
		if (isNewest) stream.newest = seq;
		const before = stream.through;
		if (isFull && seq > before) return { standing: "put-off", isNewest, isFirst: false, through: before };
		const isFirst = !stream.isKnown;
		stream.through = Math.max(before, base - 1);
		const standing = seq <= stream.through ? "duplicate" : seq === stream.through + 1 ? "new" : "gap";
		if (standing === "new") stream.through = seq;
		if (!stream.isWaiting) this.#waiting.push(stream);
		stream.isKnown = true;
		stream.isWaiting = true;
		stream.hasMoved ||= isFirst || stream.through > before;
		return { standing, isNewest, isFirst, through: stream.through };
	}

	/** The streams to acknowledge at the next commit. */
	get waiting(): readonly Progress[] {
		return this.#waiting;
	}

	/** Those of them whose progress is to be stored. */
	get moved(): readonly Progress[] {
		return this.#waiting.filter(({ hasMoved }) => hasMoved);
	}

	/** Notes that what waited is committed. */
	settle(): void {
		for (const stream of this.#waiting) {
			stream.isWaiting = false;
			stream.hasMoved = false;
		}
		this.#waiting = [];
	}

	#stream(device: string, name: string, base: number): Stream {
		const key = `${device} ${name}`;
		const held = this.#streams.get(key);
		if (held !== undefined) {
			this.#streams.delete(key);
			this.#streams.set(key, held);
			return held;
		}
		const known = this.#store.through(device, name);
		const stream: Stream = {
			...{ device, stream: name, through: known ?? base - 1, newest: known ?? 0 },
			...{ isKnown: known !== undefined, isWaiting: false, hasMoved: false },
		};
		this.#streams.set(key, stream);
		if (this.#streams.size > this.#most) this.#forget();
		return stream;
	}

	/** Forgets the one that was silent for longest and does not wait: the store knows it. */
	#forget(): void {
		for (const [key, { isWaiting }] of this.#streams) {
			if (isWaiting) continue;
			this.#streams.delete(key);
			return;
		}
	}
}
