import { backoffDelay } from "../../../server/backoff.js";
import type { Clock } from "../clock.js";
import { Access, type Network } from "../network/network.js";
import type { Random } from "../random.js";
import { Client, type Publish } from "../server/client.js";
import { textOf } from "../text.js";
import { type DrawnOrder, probeOf } from "./draw-orders.js";
import { wordOf } from "./words.js";

/** Who orders, for faults and on the broker. */
export const ORDERER = "orderer";

/** Milliseconds after which it is asked again how an order stands. */
const ASKS = 20_000;

/** What an orderer is made of. */
export interface OrdererOptions {
	readonly clock: Clock;
	readonly network: Network;
	readonly random: Random;
	/** The filter for what is said of orders. */
	readonly responses: string;
}

/** An order whose end is not known. */
interface Open {
	readonly topic: string;
	readonly text: string;
	/** Whether the server has said that it is stored. */
	isConfirmed: boolean;
}

/**
 * Somebody's program that orders: it publishes each order again until the server confirms it, and then asks until the
 * server says how it ended. It connects with the first order.
 */
export class Orderer {
	readonly access = new Access();
	readonly #options: OrdererOptions;
	/** By id. */
	readonly #open = new Map<string, Open>();
	#client: Client | undefined;
	#hasBegun = false;
	#failures = 0;

	constructor(options: OrdererOptions) {
		this.#options = options;
	}

	/** Orders something. @param topic where the device's orders go */
	order(topic: string, { id, text, again }: DrawnOrder): void {
		if (id !== undefined) this.#open.set(id, { topic, text, isConfirmed: false });
		this.#publish(topic, text);
		if (again !== undefined) this.#options.clock.post(() => this.#publish(topic, text), again);
		if (this.#hasBegun) return;
		this.#hasBegun = true;
		this.#connect();
		this.#options.clock.repeat(() => this.#ask(), ASKS);
	}

	#publish(topic: string, text: string): void {
		if (this.#client?.isOnline) this.#client.publish(topic, text, 1, () => {});
	}

	/** A confirmed order is not sent as it was: had the server forgotten it, it would take it for a new one. */
	#ask(): void {
		for (const [id, { topic, text, isConfirmed }] of this.#open)
			this.#publish(topic, isConfirmed ? probeOf(id) : text);
	}

	#connect(): void {
		const { clock, network, random, responses } = this.#options;
		this.#client = new Client(
			{
				...{ clock, network, access: this.access, clientId: ORDERER, isPersistent: false },
				filters: [responses],
				qos: 1,
			},
			{
				online: () => this.#ask(),
				message: (message) => this.#hear(message),
				closed: (_failure, isStable) => {
					if (isStable) this.#failures = 0;
					this.#client = undefined;
					clock.post(() => this.#connect(), backoffDelay(this.#failures++, random.next()));
				},
			},
		);
	}

	#hear({ payload }: Publish): void {
		const { id = "", status, by } = wordOf(textOf(payload));
		const order = this.#open.get(id);
		// What a device says is not heard of by the server, perhaps.
		if (order === undefined || by === undefined) return;
		if (status === 202) order.isConfirmed = true;
		else this.#open.delete(id);
	}
}
