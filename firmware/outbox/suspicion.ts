/**
 * Which message the broker may close the connection on: the oldest that was under way and not acknowledged, when that is
 * the same one at one end of the connection after another.
 */
export class Suspicion {
	/** Ends of the connection in a row with the same message, before it is given up; 0: any number. */
	readonly #limit: number;
	#suspect: number | undefined;
	#attempts = 0;
	/** Whether the end of this connection has been looked at. */
	#isNoted = false;

	constructor(limit: number) {
		this.#limit = limit;
	}

	/** Whether to send one message at a time, so that the right one is found. */
	get isStrong(): boolean {
		return this.#attempts > 1;
	}

	/** A connection begins. */
	begin(): void {
		this.#isNoted = false;
	}

	/** The connection ended before this message was acknowledged; called for the oldest first. Whether to give it up. */
	ended(seq: number): boolean {
		if (this.#isNoted) return false;
		this.#isNoted = true;
		this.#attempts = seq === this.#suspect ? this.#attempts + 1 : 1;
		this.#suspect = seq;
		if (this.#limit === 0 || this.#attempts < this.#limit) return false;
		this.#attempts = 0;
		return true;
	}

	/** The broker acknowledged a message. */
	acknowledged(): void {
		this.#attempts = 0;
		this.#suspect = undefined;
	}
}
