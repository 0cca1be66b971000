import type { Asked } from "./answer-time.js";
import { markDuplicate } from "./encode.js";
import { MAX_PACKET_ID, PacketType } from "./packet.js";

/** A packet sent that the broker has not answered, as it goes on the wire: PUBLISH or PUBREL. */
export interface InFlight extends Asked {
	/** Names its record. */
	order: number;
	readonly id: number;
	packet: Uint8Array;
	/** The message's, which the answer is for. */
	tag: string | undefined;
}

/** The packets in flight, those first that have been waiting longest for an answer. */
export class InFlightWindow {
	#entries: InFlight[] = [];
	#lastId = 0;

	get entries(): readonly InFlight[] {
		return this.#entries;
	}

	get oldest(): InFlight | undefined {
		return this.#entries[0];
	}

	find(id: number): InFlight | undefined {
		return this.#entries[indexOf(this.#entries, id)];
	}

	/** A packet id that is neither 0 nor in use [MQTT-2.3.1-1, -2], here or in `others`. */
	nextId(others: readonly { readonly id: number }[]): number {
		do {
			this.#lastId = this.#lastId >= MAX_PACKET_ID ? 1 : this.#lastId + 1;
		} while (indexOf(this.#entries, this.#lastId) >= 0 || indexOf(others, this.#lastId) >= 0);
		return this.#lastId;
	}

	/** Takes a packet in behind the others; ids go on from its own, which may come from the storage. */
	add(order: number, id: number, packet: Uint8Array, now: number, tag?: string): void {
		this.#entries.push({ order, id, packet, since: now, tag });
		this.#lastId = id;
	}

	/**
	 * Puts PUBREL in the place of a PUBLISH, behind the others, under an order of its own: what is sent again later is sent in the
	 * order of the PUBRECs [MQTT-4.6.0-4].
	 */
	release(entry: InFlight, order: number, pubrel: Uint8Array, now: number): void {
		this.remove(entry);
		entry.order = order;
		entry.packet = pubrel;
		entry.since = now;
		this.#entries.push(entry);
	}

	remove(entry: InFlight): void {
		const index = this.#entries.indexOf(entry);
		// Most answers are for the oldest; `splice` would make an array for it.
		if (index === 0) this.#entries.shift();
		else this.#entries.splice(index, 1);
	}

	/** Empties the window and returns what was in it. */
	clear(): readonly InFlight[] {
		const entries = this.#entries;
		this.#entries = [];
		return entries;
	}

	/** Makes every PUBLISH a repetition, and returns all packets in order [MQTT-4.4.0-1]. */
	repeat(now: number): readonly InFlight[] {
		for (let index = 0; index < this.#entries.length; index++) {
			const entry = this.#entries[index] as InFlight;
			if (isPublish(entry.packet)) markDuplicate(entry.packet);
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

/** Whether a packet is a PUBLISH. */
export const isPublish = (packet: Uint8Array): boolean => (packet[0] as number) >> 4 === PacketType.PUBLISH;

/** Which packet answers one that was sent (4.3.2, 4.3.3). */
export function answerTo(packet: Uint8Array): "puback" | "pubrec" | "pubcomp" {
	if (!isPublish(packet)) return "pubcomp";
	return ((packet[0] as number) & 0x04) === 0 ? "puback" : "pubrec";
}
