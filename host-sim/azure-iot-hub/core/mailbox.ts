import type { HubClock } from "./clock.js";
import type { HubLimits } from "./limits.js";
import type { Bag } from "./property-bag.js";

/** A message that waits for a device. */
export interface Letter {
	readonly messageId: string;
	readonly bag: Bag;
	readonly body: Uint8Array;
	/** The input of a module that it is for. */
	readonly input?: string;
	/** Milliseconds since 1970. */
	readonly expires: number;
}

/** The messages to a device, in order, until they are completed or expire. */
export class Mailbox {
	readonly #clock: HubClock;
	readonly #limits: HubLimits;
	/** Each with what cancels the look at its expiry. */
	readonly #letters = new Map<Letter, () => void>();
	readonly #onExpired: (letter: Letter) => void;

	/** @param onExpired hears of each message that nobody completed in time */
	constructor(clock: HubClock, limits: HubLimits, onExpired: (letter: Letter) => void) {
		this.#clock = clock;
		this.#limits = limits;
		this.#onExpired = onExpired;
	}

	get size(): number {
		this.#expire();
		return this.#letters.size;
	}

	/** The messages in order, those in flight included. */
	get letters(): readonly Letter[] {
		this.#expire();
		return [...this.#letters.keys()];
	}

	/** Keeps a message. Returns false if as many wait as may. */
	add(letter: Letter): boolean {
		if (this.size >= this.#limits.cloudToDeviceMessages) return false;
		const delay = Math.max(0, letter.expires - this.#clock.date());
		this.#letters.set(
			letter,
			this.#clock.post(() => this.#expire(), delay),
		);
		return true;
	}

	has(letter: Letter): boolean {
		return this.#letters.has(letter);
	}

	/** The message arrived. Returns false if it had expired. */
	complete(letter: Letter): boolean {
		this.#letters.get(letter)?.();
		return this.#letters.delete(letter);
	}

	/** Forgets all messages. */
	clear(): void {
		for (const cancel of this.#letters.values()) cancel();
		this.#letters.clear();
	}

	#expire(): void {
		const date = this.#clock.date();
		for (const letter of [...this.#letters.keys()]) {
			if (letter.expires > date || !this.complete(letter)) continue;
			this.#onExpired(letter);
		}
	}
}
