import type { Timer, TimerId } from "../../firmware/host.js";

/** One-shot timers that all end together, as a chip's do when it loses its power. */
export class Timers {
	readonly #timer: Timer;
	readonly #running = new Set<TimerId>();
	#ended = false;

	constructor(timer: Timer) {
		this.#timer = timer;
	}

	/** Calls back once, `delay` milliseconds from now, unless it is stopped or all have ended. */
	set(callback: () => void, delay: number): TimerId {
		if (this.#ended) return undefined;
		const id = this.#timer.set(() => {
			this.#running.delete(id);
			callback();
		}, delay);
		this.#running.add(id);
		return id;
	}

	/** Stops a timer; nothing happens when it has run or been stopped. */
	clear(id: TimerId): void {
		if (this.#running.delete(id)) this.#timer.clear(id);
	}

	/** Stops all, and any that is set from now on. */
	end(): void {
		this.#ended = true;
		for (const id of this.#running) this.#timer.clear(id);
		this.#running.clear();
	}
}
