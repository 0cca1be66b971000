import { REAL_TIMERS, type Timers } from "./timers.js";

/** What is to be woken, and when: a `ServerCore`. */
interface Sleeper {
	readonly alarm: number | undefined;
	tick(now: number, date: number): void;
}

/** Milliseconds that a timer waits at most; then it looks again. */
const MOST = 60_000;

/** Calls a core's `tick` when it is as late as its `alarm`. */
export class Waker {
	readonly #sleeper: Sleeper;
	readonly #afterTick: () => void;
	readonly #timers: Timers;
	#callOff: () => void = () => {};
	/** For when the timer is set, by the clock of `now`. */
	#at: number | undefined;

	/** @param afterTick is called after each `tick`, and is to call `look` */
	constructor(sleeper: Sleeper, afterTick: () => void, timers = REAL_TIMERS) {
		this.#timers = timers;
		this.#sleeper = sleeper;
		this.#afterTick = afterTick;
	}

	/** The alarm may be another one now. */
	look(): void {
		const { alarm } = this.#sleeper;
		if (alarm === this.#at) return;
		this.#callOff();
		this.#at = alarm;
		if (alarm === undefined) return;
		const timers = this.#timers;
		const delay = Math.min(Math.max(0, Math.ceil(alarm - timers.now())), MOST);
		this.#callOff = timers.after(delay, () => {
			this.#at = undefined;
			this.#sleeper.tick(timers.now(), timers.date());
			this.#afterTick();
		});
	}

	/** Nothing is woken any more. */
	end(): void {
		this.#callOff();
		this.#at = undefined;
	}
}
