import type { Timer } from "../../../firmware/host.js";
import type { Clock, Entry } from "../clock.js";
import type { Power } from "./power.js";

/** The timers of a device, which end with its power. */
export class Timers implements Timer {
	readonly #clock: Clock;
	readonly #power: Power;
	readonly #running = new Set<Entry>();

	constructor(clock: Clock, power: Power) {
		this.#clock = clock;
		this.#power = power;
	}

	/** How many are running. */
	get count(): number {
		return this.#running.size;
	}

	set(callback: () => void, delay: number): Entry {
		const entry = this.#clock.post(() => {
			this.#running.delete(entry);
			this.#power.turn(callback);
		}, delay);
		this.#running.add(entry);
		return entry;
	}

	repeat(callback: () => void, interval: number): Entry {
		const entry = this.#clock.repeat(() => {
			if (this.#power.isOn) this.#power.turn(callback);
			else this.clear(entry);
		}, interval);
		this.#running.add(entry);
		return entry;
	}

	clear(entry: unknown): void {
		this.#running.delete(entry as Entry);
		this.#clock.clear(entry as Entry);
	}
}
