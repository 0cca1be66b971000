import type { Timer, TimerId } from "../../../firmware/host.js";
import { Clock, type Entry } from "../../../host-sim/simulation/clock.js";

/** A world's clock, as the tick counter and the timers of one device. */
export class VirtualClock implements Timer {
	readonly #clock = new Clock();
	readonly #start: number;
	readonly #timers = new Set<TimerId>();

	/** @param start what `now` shows at first; near 2 ** 32 it soon wraps, as a chip's tick counter does */
	constructor(start = 0) {
		this.#start = start;
	}

	/** Milliseconds as a device sees them: 32 bits, unsigned. */
	now(): number {
		return (this.#start + this.#clock.elapsed) >>> 0;
	}

	/** Milliseconds since the clock was made; never wraps. */
	get elapsed(): number {
		return this.#clock.elapsed;
	}

	/** How many timers are running; what was posted is none of them. */
	get timers(): number {
		return this.#timers.size;
	}

	/** Milliseconds in which nothing happens; never too many. */
	get quiet(): number {
		return (this.#clock.next ?? Number.POSITIVE_INFINITY) - this.#clock.elapsed;
	}

	set(callback: () => void, delay: number): TimerId {
		const timer = this.#clock.post(() => {
			this.#timers.delete(timer);
			callback();
		}, delay);
		this.#timers.add(timer);
		return timer;
	}

	repeat(callback: () => void, interval: number): TimerId {
		const timer = this.#clock.repeat(callback, interval);
		this.#timers.add(timer);
		return timer;
	}

	clear(id: TimerId): void {
		if (this.#timers.delete(id)) this.#clock.clear(id as Entry);
	}

	/** Calls back later, as hardware does; no timer of the program's. */
	post(callback: () => void, delay = 0): void {
		this.#clock.post(callback, delay);
	}

	/** Lets time go by: runs what becomes due, in order, each at its time. */
	advance(milliseconds: number): void {
		this.#clock.runTo(this.#clock.elapsed + milliseconds);
	}

	/**
	 * Lets time go by for a program that runs elsewhere: after each callback waits until it has
	 * `settled`, that is, until it has done all it does about it.
	 */
	async advanceWith(settled: () => Promise<unknown>, milliseconds: number): Promise<void> {
		const end = this.#clock.elapsed + milliseconds;
		await settled();
		while (this.#clock.runNext(end)) await settled();
		this.#clock.runTo(end);
	}
}
