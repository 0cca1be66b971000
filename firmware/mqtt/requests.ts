import type { Asked } from "./answer-time.js";
import type { Output } from "./output.js";
import type { Suback, Subscription } from "./packet.js";

/** A SUBSCRIBE or UNSUBSCRIBE that the broker has not answered. */
interface Request extends Asked {
	readonly id: number;
	/** What was asked for: subscriptions, or filters to be given up. */
	readonly subscriptions: readonly Subscription[] | undefined;
	readonly filters: readonly string[];
}

/** What was asked of the broker on this connection, oldest first. */
export class Requests {
	#pending: Request[] = [];

	get pending(): readonly Request[] {
		return this.#pending;
	}

	subscribed(id: number, subscriptions: readonly Subscription[], now: number): void {
		this.#pending.push({ id, subscriptions, filters: [], since: now });
	}

	unsubscribed(id: number, filters: readonly string[], now: number): void {
		this.#pending.push({ id, subscriptions: undefined, filters, since: now });
	}

	/** Nothing is answered any more: the connection is gone. */
	clear(): void {
		this.#pending = [];
	}

	/** SUBACK (3.9): appends `subscribed`, or returns what is wrong with it. */
	takeSuback({ id, returnCodes }: Suback, outputs: Output[]): string | undefined {
		const index = this.#indexOf(id);
		const subscriptions = this.#pending[index]?.subscriptions;
		if (subscriptions === undefined) return `SUBACK for ${id}, which was not asked`;
		if (returnCodes.length !== subscriptions.length) {
			return "SUBACK with a wrong number of return codes [MQTT-3.8.4-5]";
		}
		this.#pending.splice(index, 1);
		outputs.push({ kind: "subscribed", subscriptions, returnCodes });
		return undefined;
	}

	/** UNSUBACK (3.11): appends `unsubscribed`, or returns what is wrong with it. */
	takeUnsuback(id: number, outputs: Output[]): string | undefined {
		const index = this.#indexOf(id);
		const request = this.#pending[index];
		if (request === undefined || request.subscriptions !== undefined) {
			return `UNSUBACK for ${id}, which was not asked`;
		}
		this.#pending.splice(index, 1);
		outputs.push({ kind: "unsubscribed", filters: request.filters });
		return undefined;
	}

	#indexOf(id: number): number {
		let index = this.#pending.length - 1;
		while (index >= 0 && (this.#pending[index] as Request).id !== id) index--;
		return index;
	}
}
