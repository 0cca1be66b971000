import type { Host, TimerId } from "../host.js";
import { elapsed, NEVER } from "../mqtt/answer-time.js";

/**
 * One timer for whatever is due next. Deadlines mostly move away as packets come and go, so a timer
 * that is early is left alone: when it fires, what is due is asked again.
 */
export class Alarm {
	readonly #host: Pick<Host, "timer" | "now">;
	readonly #fire: () => void;
	#timer: TimerId;
	#due = 0;

	/** @param callback called when the alarm is due, or before; it is to call `set` again */
	constructor(host: Pick<Host, "timer" | "now">, callback: () => void) {
		this.#host = host;
		this.#fire = () => {
			this.#timer = undefined;
			callback();
		};
	}

	/** Calls back in `delay` milliseconds at the latest; never, when it is infinite. */
	set(delay: number): void {
		const now = this.#host.now();
		if (this.#timer !== undefined) {
			if (delay !== NEVER && elapsed(this.#due, now) <= delay) return;
			this.#host.timer.clear(this.#timer);
			this.#timer = undefined;
		}
		if (delay === NEVER) return;
		// Whole milliseconds: a clock that counts in them would find itself early again and again.
		const wait = Math.ceil(Math.max(0, delay));
		this.#due = now + wait;
		this.#timer = this.#host.timer.set(this.#fire, wait);
	}
}
