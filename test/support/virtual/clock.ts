import type { Timer, TimerId } from "../../../firmware/host.js";

interface Entry {
	due: number;
	/** Of entries due together, the one made first runs first. */
	order: number;
	callback: () => void;
	/** Of a repeating timer. */
	interval?: number;
	isTimer: boolean;
}

/** So many callbacks while time stands still are a loop without end. */
const TOO_MANY = 100_000;

/** Time that stands still until it is advanced, with the timers and the event queue that live in it. */
export class VirtualClock implements Timer {
	readonly #start: number;
	/** In the order in which to run. */
	readonly #queue: Entry[] = [];
	#elapsed = 0;
	#order = 0;
	/** Callbacks run since time last moved. */
	#atOnce = 0;

	/** @param start what `now` shows at first; near 2 ** 32 it soon wraps, as a chip's tick counter does */
	constructor(start = 0) {
		this.#start = start;
	}

	/** Milliseconds as a device sees them: 32 bits, unsigned. */
	now(): number {
		return (this.#start + this.#elapsed) >>> 0;
	}

	/** Milliseconds since the clock was made; never wraps. */
	get elapsed(): number {
		return this.#elapsed;
	}

	/** How many timers are running; what was posted is none of them. */
	get timers(): number {
		return this.#queue.filter(({ isTimer }) => isTimer).length;
	}

	set(callback: () => void, delay: number): TimerId {
		return this.#add({ callback, isTimer: true }, delay);
	}

	repeat(callback: () => void, interval: number): TimerId {
		if (!(interval > 0)) throw new RangeError(`an interval of ${interval} ms`);
		return this.#add({ callback, interval, isTimer: true }, interval);
	}

	clear(id: TimerId): void {
		const index = this.#queue.indexOf(id as Entry);
		if (index >= 0) this.#queue.splice(index, 1);
	}

	/** Calls back later, as hardware does; no timer of the program's. */
	post(callback: () => void, delay = 0): void {
		this.#add({ callback, isTimer: false }, delay);
	}

	/** Lets time go by: runs what becomes due, in order, each at its time. */
	advance(milliseconds: number): void {
		const end = this.#elapsed + milliseconds;
		while (this.#runNext(end)) {}
		this.#elapsed = end;
	}

	/**
	 * Lets time go by for a program that runs elsewhere: after each callback waits until it has
	 * `settled`, that is, until it has done all it does about it.
	 */
	async advanceWith(settled: () => Promise<unknown>, milliseconds: number): Promise<void> {
		const end = this.#elapsed + milliseconds;
		await settled();
		while (this.#runNext(end)) await settled();
		this.#elapsed = end;
	}

	/** Runs the next callback, if it is due by `end`. Returns whether it was. */
	#runNext(end: number): boolean {
		const next = this.#queue[0];
		if (next === undefined || next.due > end) return false;
		this.#atOnce = next.due > this.#elapsed ? 0 : this.#atOnce + 1;
		if (this.#atOnce > TOO_MANY) throw new Error(`callbacks without end at ${this.#elapsed} ms`);
		this.#queue.shift();
		this.#elapsed = next.due;
		if (next.interval !== undefined) {
			next.due += next.interval;
			this.#insert(next);
		}
		next.callback();
		return true;
	}

	#add(entry: Pick<Entry, "callback" | "interval" | "isTimer">, delay: number): Entry {
		if (!(delay >= 0 && delay < Number.POSITIVE_INFINITY)) throw new RangeError(`a delay of ${delay} ms`);
		// In whole milliseconds, and never early.
		const added = { ...entry, due: Math.ceil(this.#elapsed + delay), order: 0 };
		this.#insert(added);
		return added;
	}

	#insert(entry: Entry): void {
		entry.order = this.#order++;
		let index = this.#queue.length;
		while (index > 0 && (this.#queue[index - 1] as Entry).due > entry.due) index--;
		this.#queue.splice(index, 0, entry);
	}
}
