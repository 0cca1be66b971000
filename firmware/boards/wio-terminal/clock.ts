import { elapsed } from "../../mqtt/answer-time.js";

/** Milliseconds after which the clock takes a new start: far less than it takes `now` to wrap. */
const HORIZON = 0x4000_0000;

/** The wall clock of a board that has none: what somebody said it is, and what has gone by since. */
export class Clock {
	readonly #now: () => number;
	#date = 0;
	/** `now` when it was that date. */
	#at = 0;

	/** @param now milliseconds that only go forward, and may wrap at 32 bits */
	constructor(now: () => number) {
		this.#now = now;
	}

	/** Milliseconds since 1970; 0 while nobody has set it. It must be asked within each 24 days. */
	date(): number {
		if (this.#date === 0) return 0;
		const date = this.#date + elapsed(this.#now(), this.#at);
		if (date - this.#date > HORIZON) this.set(date);
		return date;
	}

	/** @param date milliseconds since 1970 */
	set(date: number): void {
		this.#date = date;
		this.#at = this.#now();
	}
}
