import type { Timer, TimerId } from "../../host.js";
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
	#isAsking = false;
	/** Goes when the time is to be asked for again. */
	#alarm: TimerId;
	#retry = RETRY;

	constructor(options: TimeOptions, clock: Clock) {
		this.#options = options;
		this.#clock = clock;
		this.#timer = options.timer;
	}

	/** The network has come or has gone. */
	networkIs(isUp: boolean): void {
		this.#isUp = isUp;
		const hasFailed = this.#retry > RETRY;
		if (isUp && !this.#isAsking && (this.#alarm === undefined || hasFailed)) this.#ask();
	}

	#ask(): void {
		if (this.#alarm !== undefined) this.#timer.clear(this.#alarm);
		this.#alarm = undefined;
		// It wants to be asked now and then, while nobody else does.
		this.#clock.date();
		if (!this.#isUp) return;
		this.#isAsking = true;
		new TimeQuestion(this.#options, (date) => {
			this.#isAsking = false;
			if (date !== undefined) this.#clock.set(date);
			// That the network was lost says nothing of the server: it is asked once there is one again.
			else if (!this.#isUp) return;
			const delay = date === undefined ? this.#retry : PERIOD;
			this.#retry = date === undefined ? Math.min(this.#retry * 2, LONGEST_RETRY) : RETRY;
			this.#alarm = this.#timer.set(() => this.#ask(), delay);
		});
	}
}
