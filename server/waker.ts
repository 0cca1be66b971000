/** What is to be woken, and when: a `ServerCore`. */
interface Sleeper {
	readonly alarm: number | undefined;
	tick(now: number, date: number): void;
}

/** Milliseconds that a timer waits at most; then it looks again. */
const MOST = 60_000;

/** Calls a core's `tick` when it is as late as its `alarm`, on real timers. */
export class Waker {
	readonly #sleeper: Sleeper;
	readonly #afterTick: () => void;
	#timer: NodeJS.Timeout | undefined;
	/** For when the timer is set, by the clock of `performance.now`. */
	#at: number | undefined;

	/** @param afterTick is called after each `tick`, and is to call `look` */
	constructor(sleeper: Sleeper, afterTick: () => void) {
		this.#sleeper = sleeper;
		this.#afterTick = afterTick;
	}

	/** The alarm may be another one now. */
	look(): void {
		const { alarm } = this.#sleeper;
		if (alarm === this.#at) return;
		clearTimeout(this.#timer);
		this.#at = alarm;
		if (alarm === undefined) return;
		const delay = Math.min(Math.max(0, Math.ceil(alarm - performance.now())), MOST);
		this.#timer = setTimeout(() => {
			this.#at = undefined;
			this.#sleeper.tick(performance.now(), Date.now());
			this.#afterTick();
		}, delay);
	}

	/** Nothing is woken any more. */
	end(): void {
		clearTimeout(this.#timer);
		this.#at = undefined;
	}
}
