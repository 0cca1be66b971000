import type { KeyValueDomain } from "../ecma-419.js";
import type { Host } from "../host.js";
import { readUtf8, utf8Length, writeUtf8 } from "../mqtt/utf8.js";

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
		this.#attempt((domain) => {
			const value = domain.read(stream);
			if (value !== undefined) this.#last = JSON.parse(readUtf8(new Uint8Array(value)) ?? "") as LastOrder;
		}, "storage-unreadable");
		return this.#last;
	}

	write(stream: string, order: LastOrder): void {
		this.#stream = stream;
		this.#last = order;
		this.#attempt((domain) => {
			const text = JSON.stringify(order);
			const value = new Uint8Array(utf8Length(text));
			writeUtf8(value, 0, text);
			const others = [...domain].filter((key) => key !== stream);
			if (others.length >= MOST_STREAMS) domain.delete(others[0] as string);
			domain.write(stream, value);
		}, "storage-unwritable");
	}

	#attempt(
		action: (domain: KeyValueDomain) => void,
		code: "storage-unreadable" | "storage-unwritable",
	): void {
		try {
			const domain = this.#host.device.keyValue?.open({ path: DOMAIN });
			if (domain === undefined) return;
			try {
				action(domain);
			} finally {
				domain.close();
			}
		} catch (error) {
			const reason = error instanceof Error ? error.message : String(error);
			this.#host.report({ event: "storage", code, reason });
		}
	}
}
