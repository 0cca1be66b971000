import type { Letter } from "./mailbox.js";
import type { Subject } from "./topics.js";

/** A subscription of a client. */
export interface Subscription {
	readonly subject: Subject;
	/** What was granted: at most 1. */
	readonly qos: 0 | 1;
}

const LARGEST_ID = 0xffff;

/** What outlives a connection with clean=0: subscriptions, and what is in flight to the client. */
export class Session {
	/** By topic filter. */
	readonly subscriptions = new Map<string, Subscription>();
	/** Messages with QoS 1 that the client has not acknowledged, by packet id, in the order of sending. */
	readonly inFlight = new Map<number, Letter>();
	#lastId = 0;

	/** The subscription to a subject with the highest QoS, if there is one. */
	to(subject: Subject): Subscription | undefined {
		let best: Subscription | undefined;
		for (const subscription of this.subscriptions.values()) {
			if (subscription.subject === subject && (best === undefined || subscription.qos > best.qos))
				best = subscription;
		}
		return best;
	}

	/** A packet id that is not in use; at most 50 are (`cloudToDeviceMessages`). */
	nextId(): number {
		do this.#lastId = this.#lastId === LARGEST_ID ? 1 : this.#lastId + 1;
		while (this.inFlight.has(this.#lastId));
		return this.#lastId;
	}

	isInFlight(letter: Letter): boolean {
		for (const other of this.inFlight.values()) if (other === letter) return true;
		return false;
	}
}
