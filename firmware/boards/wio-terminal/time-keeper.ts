import type { Timer } from "../../host.js";
import type { Clock } from "./clock.js";
import { type TimeOptions, TimeQuestion } from "./radio/sntp.js";

/** Milliseconds until the time is asked for again: after an answer, and after none, doubled each time. */
const PERIOD = 21_600_000;
const RETRY = 15_000;
const LONGEST_RETRY = 3_600_000;

/** Sets a clock by a time server, as soon as there is a network and every six hours from then on (RFC 4330, 10). */
export class TimeKeeper {
	readonly #options: TimeOptions;
	readonly #clock: Clock;
	readonly #timer: Timer;
	#isUp = false;
	/** Whether an answer, or the time to ask, is awaited. */
	#isWaiting = false;
	#retry = RETRY;

	constructor(options: TimeOptions, clock: Clock) {
		this.#options = options;
		this.#clock = clock;
		this.#timer = options.timer;
	}

	/** The network has come or has gone. */
	networkIs(isUp: boolean): void {
		this.#isUp = isUp;
		if (!this.#isWaiting) this.#ask();
	}

	#ask(): void {
		this.#isWaiting = this.#isUp;
		if (!this.#isUp) return;
		new TimeQuestion(this.#options, (date) => {
			if (date !== undefined) this.#clock.set(date);
			const delay = date === undefined ? this.#retry : PERIOD;
			this.#retry = date === undefined ? Math.min(this.#retry * 2, LONGEST_RETRY) : RETRY;
			this.#timer.set(() => this.#ask(), delay);
		});
	}
}
