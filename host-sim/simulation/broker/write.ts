import { type AcknowledgementKind, type Message, PacketType, type QoS } from "./packet.js";
import { copyInto, copyOf } from "./text.js";

/** What is kept between packets, in bytes; a larger one is given back. */
const KEPT = 4096;

/** Gathers the packets for a client, until they are taken. */
export class PacketWriter {
	#bytes = new Uint8Array(256);
	#length = 0;

	get isEmpty(): boolean {
		return this.#length === 0;
	}

	/** What was written since the last time, in an array of its own. */
	take(): Uint8Array {
		const taken = copyOf(this.#bytes, 0, this.#length);
		this.#length = 0;
		if (this.#bytes.length > KEPT) this.#bytes = new Uint8Array(KEPT);
		return taken;
	}

	/** CONNACK (3.2). */
	connack(sessionPresent: boolean, returnCode: number): void {
		this.#reserve(4);
		this.#byte(PacketType.connack << 4);
		this.#byte(2);
		this.#byte(sessionPresent ? 1 : 0);
		this.#byte(returnCode);
	}

	/** PUBLISH (3.3). `id` is not looked at with QoS 0. */
	publish(message: Message, qos: QoS, retain: boolean, dup: boolean, id: number): void {
		const { bytes, payloadAt } = message;
		this.#header(
			(PacketType.publish << 4) | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0),
			bytes.length + (qos === 0 ? 0 : 2),
		);
		this.#copy(bytes, 0, payloadAt);
		if (qos !== 0) this.#word(id);
		this.#copy(bytes, payloadAt, bytes.length);
	}

	/** PUBACK, PUBREC, PUBREL, PUBCOMP (3.4-3.7). */
	acknowledge(kind: AcknowledgementKind, id: number): void {
		this.#reserve(4);
		this.#byte((PacketType[kind] << 4) | (kind === "pubrel" ? 2 : 0));
		this.#byte(2);
		this.#word(id);
	}

	/** SUBACK, with a return code for each filter (3.9). */
	suback(id: number, returnCodes: readonly number[]): void {
		this.#header(PacketType.suback << 4, 2 + returnCodes.length);
		this.#word(id);
		for (const code of returnCodes) this.#byte(code);
	}

	/** UNSUBACK (3.11). */
	unsuback(id: number): void {
		this.#header(PacketType.unsuback << 4, 2);
		this.#word(id);
	}

	/** PINGRESP (3.13). */
	pingresp(): void {
		this.#header(PacketType.pingresp << 4, 0);
	}

	/** The fixed header, and room for what follows it (2.2). */
	#header(first: number, remaining: number): void {
		this.#reserve(5 + remaining);
		this.#byte(first);
		let rest = remaining;
		for (; rest > 0x7f; rest >>= 7) this.#byte((rest & 0x7f) | 0x80);
		this.#byte(rest);
	}

	#byte(value: number): void {
		this.#bytes[this.#length++] = value;
	}

	#word(value: number): void {
		this.#byte(value >> 8);
		this.#byte(value & 0xff);
	}

	#copy(bytes: Uint8Array, from: number, to: number): void {
		copyInto(this.#bytes, this.#length, bytes, from, to);
		this.#length += to - from;
	}

	#reserve(length: number): void {
		const needed = this.#length + length;
		if (needed <= this.#bytes.length) return;
		const room = new Uint8Array(needed * 2);
		copyInto(room, 0, this.#bytes, 0, this.#length);
		this.#bytes = room;
	}
}
