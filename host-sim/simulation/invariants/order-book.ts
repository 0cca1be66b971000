import type { Config } from "../../../firmware/config.js";
import type { Message } from "../../../server/action.js";
import { MALFORMED } from "../orders/draw-orders.js";
import { type Word, wordOf } from "../orders/words.js";
import { textOf } from "../text.js";
import { ordersOf, topicsOf } from "../topics.js";
import type { TakenMessage } from "./invariant.js";

/** What is known of an order, from what went over the wire alone. Moments are counted, as many are in one millisecond. */
export interface Entry {
	readonly id: string;
	/** What was ordered, as it was first said. */
	readonly order: Word;
	/** Whether the order is to be one; else it is to be refused. */
	readonly isOrder: boolean;
	/** When it was published first, in milliseconds. */
	readonly since: number;
	/** The moments at which the server read it first, and said first that it is stored. */
	read: number | undefined;
	confirmed: number | undefined;
	/** How it ended, as the server says it. */
	end: number | undefined;
	/** What the device answered, each status once. */
	readonly answers: number[];
	/** What the device was sent. */
	sent: string | undefined;
	/** Whether the device has ever obeyed it. */
	wasObeyed: boolean;
}

/** A message about an order. */
export interface OrderMessage {
	readonly device: string;
	readonly word: Word;
	/** Who says what: the person to the server, the server or the device to the person, the server to the device. */
	readonly kind: "ordered" | "said" | "answered" | "sent";
	/** `undefined`: nobody ordered that. */
	readonly entry: Entry | undefined;
	readonly payload: string;
}

/** Where messages about orders come. */
interface Place {
	readonly device: string;
	readonly kind: "orders" | "responses" | "commands";
}

/** The orders of all devices. It is to hear of each message before those who look into it. */
export class OrderBook {
	readonly #places = new Map<string, Place>();
	/** By device, then by id, in the order in which they came. */
	readonly #entries = new Map<string, Map<string, Entry>>();
	#moment = 0;
	/** The message that was taken last, and what it says. */
	#message: TakenMessage | undefined;
	#taken: OrderMessage | undefined;

	/** @param configs of the devices */
	constructor(configs: readonly Config[]) {
		for (const config of configs) {
			const { id: device, topics } = config;
			const orders = ordersOf(topics, device);
			if (orders === undefined) continue;
			const { responses, commands } = topicsOf(config);
			this.#places.set(orders, { device, kind: "orders" });
			this.#places.set(responses as string, { device, kind: "responses" });
			this.#places.set(commands as string, { device, kind: "commands" });
			this.#entries.set(device, new Map());
		}
	}

	/** The orders of a device. */
	of(device: string): ReadonlyMap<string, Entry> {
		return this.#entries.get(device) ?? new Map();
	}

	/** The devices that may be given orders. */
	get devices(): Iterable<string> {
		return this.#entries.keys();
	}

	/** The broker took a message; what it says of an order, if it does so. Asked again for the same one, it says the same. */
	take(time: number, message: TakenMessage): OrderMessage | undefined {
		if (message !== this.#message) this.#taken = this.#read(time, message);
		this.#message = message;
		return this.#taken;
	}

	#read(time: number, { topic, payload }: TakenMessage): OrderMessage | undefined {
		const place = this.#places.get(topic);
		// Most commands are the rule's.
		if (place === undefined || (place.kind === "commands" && !payload.startsWith('{"by":"hand"')))
			return undefined;
		const word = wordOf(payload);
		const { id } = word;
		if (id === undefined) return undefined;
		const { device, kind } = place;
		const entries = this.#entries.get(device) as Map<string, Entry>;
		if (kind === "orders" && !entries.has(id)) entries.set(id, entryOf(id, word, time));
		const entry = entries.get(id);
		const says = word.by === undefined ? "answered" : "said";
		const is = kind === "orders" ? "ordered" : kind === "commands" ? "sent" : says;
		return { device, word, kind: is, entry, payload };
	}

	/** The server read a message. */
	read({ topic, payload }: Message): void {
		const place = this.#places.get(topic);
		if (place?.kind !== "orders") return;
		const entry = this.of(place.device).get(wordOf(textOf(payload)).id ?? "");
		if (entry !== undefined) entry.read ??= this.now();
	}

	/** A new moment. */
	now(): number {
		return ++this.#moment;
	}
}

const entryOf = (id: string, order: Word, since: number): Entry => ({
	...{ id, order, isOrder: !id.startsWith(MALFORMED), since },
	...{ read: undefined, confirmed: undefined, end: undefined, answers: [], sent: undefined },
	wasObeyed: false,
});
