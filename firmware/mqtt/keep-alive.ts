import { beginAgain, elapsed, NEVER } from "./answer-time.js";

// A property of a global object takes an engine longer to look up than the comparison itself.
const max = Math.max;
const min = Math.min;

/**
 * When to ask the broker for a sign of life, and when to give it up (3.1.2.10, 3.12).
 *
 * Silence in either direction asks for a ping, for what is sent into a dead connection says nothing
 * about it. Whatever arrives meanwhile is a sign of life too (a large message delays the answer), but
 * the answer itself must come within the keep-alive period.
 */
export class KeepAlive {
	readonly #interval: number;
	readonly #responseTimeout: number;
	#lastSent: number;
	#lastReceived: number;
	#asked: number | undefined;

	/**
	 * @param interval the keep-alive in milliseconds; 0 turns it off
	 * @param responseTimeout milliseconds of silence after a ping that end the connection
	 */
	constructor(interval: number, responseTimeout: number, now: number) {
		this.#interval = interval;
		this.#responseTimeout = responseTimeout;
		this.#lastSent = now;
		this.#lastReceived = now;
	}

	sent(now: number): void {
		this.#lastSent = now;
	}

	received(now: number): void {
		this.#lastReceived = now;
	}

	/** The answer was delayed: see `answer-time`. */
	delayed(now: number, idle?: number): void {
		if (this.#asked !== undefined) this.#asked = beginAgain(this.#asked, now, idle);
	}

	ask(now: number): void {
		this.#asked = this.#lastSent = now;
	}

	answered(): void {
		this.#asked = undefined;
	}

	/** Whether the answer to a ping should have come by now. */
	isOverdue(now: number): boolean {
		return this.#asked !== undefined && this.#patience(now, this.#asked) <= 0;
	}

	/** Milliseconds until a ping is due or, when one is on its way, until it is overdue. */
	timeout(now: number): number {
		if (this.#interval === 0) return NEVER;
		const silence = elapsed(now, this.#lastReceived);
		if (this.#asked === undefined) {
			return this.#interval / 2 - max(silence, elapsed(now, this.#lastSent));
		}
		// A ping that cannot be answered yet is followed by another one [MQTT-3.1.2-23].
		return min(this.#patience(now, this.#asked), this.#interval - elapsed(now, this.#lastSent));
	}

	/** Milliseconds for which an answer to the ping sent at `asked` may still be waited for. */
	#patience(now: number, asked: number): number {
		const waited = elapsed(now, asked);
		return min(
			this.#responseTimeout - min(elapsed(now, this.#lastReceived), waited),
			this.#interval - waited,
		);
	}
}
