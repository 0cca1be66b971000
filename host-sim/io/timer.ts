import type { Timer } from "../../firmware/host.js";

/** Node runs a longer timer at once (Node documentation, `setTimeout`). */
const LONGEST = 2 ** 31 - 1;

class Alarm {
	#timeout: NodeJS.Timeout | undefined;

	start(milliseconds: number, callback: () => void): void {
		const rest = milliseconds - LONGEST;
		this.#timeout =
			rest > 0 ? setTimeout(() => this.start(rest, callback), LONGEST) : setTimeout(callback, milliseconds);
	}

	stop(): void {
		clearTimeout(this.#timeout);
	}
}

const check = (callback: unknown, milliseconds: number): void => {
	if (typeof callback !== "function") throw new TypeError("a timer needs a function to call");
	if (!(milliseconds >= 0 && milliseconds < Number.POSITIVE_INFINITY)) {
		throw new RangeError(`${milliseconds} is not a number of milliseconds`);
	}
};

/**
 * Timers over Node's, which keep the process alive and may run late, never early by more than a
 * millisecond. Delays of any length.
 * @throws RangeError when the delay is negative or not a number
 */
export const timer: Timer = Object.freeze({
	set(callback: () => void, delay: number): Alarm {
		check(callback, delay);
		const alarm = new Alarm();
		alarm.start(delay, callback);
		return alarm;
	},
	repeat(callback: () => void, interval: number): Alarm {
		check(callback, interval);
		const alarm = new Alarm();
		const run = (): void => {
			// Started before the call, so that the callback can stop it and its duration adds nothing.
			alarm.start(interval, run);
			callback();
		};
		alarm.start(interval, run);
		return alarm;
	},
	clear(id: unknown): void {
		if (id instanceof Alarm) id.stop();
	},
});
