/** When each world begins: what wall clocks show then. */
export const BEGINNING = Date.UTC(2026, 0, 1);

/** Something that is to happen; opaque. */
export interface Entry {
	due: number;
	/** Of entries due together, the one made first happens first. */
	order: number;
	callback: (() => void) | undefined;
	/** Milliseconds, of what happens again and again; else 0. */
	readonly interval: number;
}

/** So many callbacks while time stands still are a loop without end. */
const TOO_MANY = 100_000;

/** A world's time: stands still until it is run, and has all that is to happen, in order. */
export class Clock {
	/** A binary heap: what comes next lies at 0. */
	readonly #heap: Entry[] = [];
	#elapsed = 0;
	#order = 0;
	/** Callbacks since time last moved. */
	#atOnce = 0;
	/** What ends the world. */
	#failure: { readonly error: unknown } | undefined;

	/** Whole milliseconds since the beginning. */
	get elapsed(): number {
		return this.#elapsed;
	}

	/** How much is to happen. */
	get size(): number {
		return this.#heap.length;
	}

	/** When something may happen next, by `elapsed`; never too late. `undefined`: nothing is to happen. */
	get next(): number | undefined {
		return this.#heap[0]?.due;
	}

	/**
	 * Calls back once, `delay` milliseconds from now, never early and never from within this call.
	 * @throws RangeError when the delay is negative or no number
	 */
	post(callback: () => void, delay: number): Entry {
		if (!(delay >= 0 && delay < Number.POSITIVE_INFINITY)) throw new RangeError(`a delay of ${delay} ms`);
		return this.#add(callback, this.#elapsed + Math.ceil(delay), 0);
	}

	/** Calls back every `interval` milliseconds. @throws RangeError when that is not more than 0 */
	repeat(callback: () => void, interval: number): Entry {
		if (!(interval > 0)) throw new RangeError(`an interval of ${interval} ms`);
		return this.#add(callback, this.#elapsed + Math.ceil(interval), interval);
	}

	/** It is not to happen any more. */
	clear(entry: Entry): void {
		// It stays in the heap until it is due: to find it would take longer.
		entry.callback = undefined;
	}

	/** Lets time go by, up to `time` since the beginning; what is due happens, each at its time. */
	runTo(time: number): void {
		while (this.runNext(time)) {}
		this.#elapsed = Math.max(this.#elapsed, time);
	}

	/** Nothing happens any more: the next call throws this error, whoever catches it now. */
	fail(error: unknown): void {
		this.#failure ??= { error };
	}

	/** Lets the next thing happen, if it is due by `time`. Returns whether it was. @throws the error of `fail` */
	runNext(time: number): boolean {
		if (this.#failure !== undefined) throw this.#failure.error;
		const next = this.#heap[0];
		if (next === undefined || next.due > time) return false;
		const { callback, due } = next;
		this.#atOnce = due > this.#elapsed ? 0 : this.#atOnce + 1;
		if (this.#atOnce > TOO_MANY) throw new Error(`callbacks without end at ${this.#elapsed} ms`);
		this.#elapsed = due;
		if (callback !== undefined && next.interval > 0) {
			next.due = due + Math.ceil(next.interval);
			next.order = this.#order++;
		} else {
			const last = this.#heap.pop() as Entry;
			if (last === next) {
				callback?.();
				return true;
			}
			this.#heap[0] = last;
		}
		this.#sink();
		callback?.();
		return true;
	}

	#add(callback: () => void, due: number, interval: number): Entry {
		const entry = { due, order: this.#order++, callback, interval };
		const heap = this.#heap;
		let at = heap.length;
		heap.push(entry);
		while (at > 0) {
			const above = (at - 1) >> 1;
			const other = heap[above] as Entry;
			if (!isBefore(entry, other)) break;
			heap[at] = other;
			at = above;
		}
		heap[at] = entry;
		return entry;
	}

	/** Brings what lies at 0 to its place. */
	#sink(): void {
		const heap = this.#heap;
		const entry = heap[0] as Entry;
		const { length } = heap;
		let at = 0;
		for (;;) {
			let below = 2 * at + 1;
			if (below >= length) break;
			if (below + 1 < length && isBefore(heap[below + 1] as Entry, heap[below] as Entry)) below++;
			const other = heap[below] as Entry;
			if (!isBefore(other, entry)) break;
			heap[at] = other;
			at = below;
		}
		heap[at] = entry;
	}
}

const isBefore = (one: Entry, other: Entry): boolean =>
	one.due < other.due || (one.due === other.due && one.order < other.order);
