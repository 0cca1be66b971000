import { Decoder } from "./decode.js";
import { markDuplicate } from "./encode.js";
import { MAX_PACKET_ID } from "./packet.js";

/** A packet sent that the server has not finished with, as it goes on the wire. */
export interface InFlight {
	/** Grows with each packet: the order to send them again in [MQTT-4.6.0-1]. */
	readonly order: number;
	readonly id: number;
	readonly packet: Uint8Array;
	/** When it was last handed over for sending. */
	since: number;
}

/** The part of the session state that must outlive a network connection (4.1): by its `order`. */
export interface SessionRecord {
	readonly order: number;
	readonly packet: Uint8Array;
}

/** The packets in flight, oldest first, at most `limit` of them. */
export class InFlightWindow {
	readonly #limit: number;
	#entries: InFlight[] = [];
	#order = 0;
	#lastId = 0;

	/** The orders of the records that cannot be what an earlier session exported. */
	readonly invalid: readonly number[];

	/** @param records what an earlier session exported, in any order */
	constructor(limit: number, records: readonly SessionRecord[]) {
		this.#limit = limit;
		const invalid: number[] = [];
		for (const { order, packet } of [...records].sort((a, b) => a.order - b.order)) {
			const id = publishId(packet);
			if (id === 0 || holds(this.#entries, id)) {
				invalid.push(order);
				continue;
			}
			this.#entries.push({ order, id, packet, since: 0 });
			this.#lastId = id;
			this.#order = order;
		}
		this.invalid = invalid;
	}

	get isFull(): boolean {
		return this.#entries.length >= this.#limit;
	}

	get entries(): readonly InFlight[] {
		return this.#entries;
	}

	/** A packet id that is neither 0 nor in use [MQTT-2.3.1-1, -2], here or in `others`. */
	nextId(others: readonly { readonly id: number }[]): number {
		do {
			this.#lastId = this.#lastId >= MAX_PACKET_ID ? 1 : this.#lastId + 1;
		} while (holds(this.#entries, this.#lastId) || holds(others, this.#lastId));
		return this.#lastId;
	}

	add(id: number, packet: Uint8Array, now: number): InFlight {
		const entry = { order: ++this.#order, id, packet, since: now };
		this.#entries.push(entry);
		return entry;
	}

	/** Takes out the packet with this id; `undefined` when there is none. */
	remove(id: number): InFlight | undefined {
		const index = indexOf(this.#entries, id);
		if (index < 0) return undefined;
		const entry = this.#entries[index];
		// Most answers are for the oldest; `splice` would make an array for it.
		if (index === 0) this.#entries.shift();
		else this.#entries.splice(index, 1);
		return entry;
	}

	/** Empties the window and returns what was in it. */
	clear(): InFlight[] {
		const entries = this.#entries;
		this.#entries = [];
		return entries;
	}

	/** Makes every packet a repetition and returns them in order [MQTT-4.4.0-1]. */
	repeat(now: number): readonly InFlight[] {
		for (const entry of this.#entries) {
			markDuplicate(entry.packet);
			entry.since = now;
		}
		return this.#entries;
	}
}

function indexOf(entries: readonly { readonly id: number }[], id: number): number {
	let index = entries.length - 1;
	while (index >= 0 && (entries[index] as { id: number }).id !== id) index--;
	return index;
}

const holds = (entries: readonly { readonly id: number }[], id: number): boolean => indexOf(entries, id) >= 0;

/** The packet id of a whole PUBLISH with QoS 1; 0 for bytes that are none. */
export function publishId(packet: Uint8Array): number {
	const decoder = new Decoder(packet.length);
	decoder.push(packet);
	const publish = decoder.next();
	if (publish?.kind !== "publish") return 0;
	const { payload, id } = publish;
	const isWhole = payload.byteOffset + payload.length === packet.byteOffset + packet.length;
	return isWhole ? id : 0;
}
