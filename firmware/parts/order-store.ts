import type { Host } from "../host.js";
import { readText, withDomain, writeText } from "./stored-value.js";

/** The key-value domain that holds the last order of each stream. */
const DOMAIN = "orders";
/** Streams that are remembered at most. */
const MOST_STREAMS = 4;

/** The last order of a stream: its number and how it went. */
export interface LastOrder {
	readonly seq: number;
	/** 0: it was begun. */
	readonly status: number;
	readonly payload?: object | undefined;
}

/** The last orders in the key-value storage: the key is the stream, the value JSON. A storage that fails is reported. */
export class OrderStore {
	readonly #host: Host;
	/** The one asked for last, which holds also when it could not be stored. */
	#stream = "";
	#last: LastOrder | undefined;

	constructor(host: Host) {
		this.#host = host;
	}

	read(stream: string): LastOrder | undefined {
		if (stream === this.#stream) return this.#last;
		this.#stream = stream;
		this.#last = undefined;
		withDomain(this.#host, DOMAIN, "storage-unreadable", (domain) => {
			const text = readText(domain, stream);
			if (text !== undefined) this.#last = JSON.parse(text) as LastOrder;
		});
		return this.#last;
	}

	write(stream: string, order: LastOrder): void {
		this.#stream = stream;
		this.#last = order;
		withDomain(this.#host, DOMAIN, "storage-unwritable", (domain) => {
			const others = [...domain].filter((key) => key !== stream);
			if (others.length >= MOST_STREAMS) domain.delete(others[0] as string);
			writeText(domain, stream, JSON.stringify(order));
		});
	}
}
