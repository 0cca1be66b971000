import { textOf } from "../text.js";

/** A message that a device has read from its connection. */
export interface ReadMessage {
	/** Left out for a message larger than the device takes whole. */
	readonly topic?: string;
	/** Whether it is one that the broker had kept [MQTT-3.3.1-8]. */
	readonly retain: boolean;
	/** Ill-formed UTF-8 becomes U+FFFD; `undefined` for a message larger than the device takes whole. */
	readonly payload: string | undefined;
}

/**
 * Reads the PUBLISH packets in a stream of bytes, however it is cut (MQTT 3.1.1, 2.2): each when it ends,
 * or when as much of it has come as the device's receive buffer holds, for it is refused then.
 */
export class MessageReader {
	readonly #capacity: number;
	/** Whether a PUBLISH is under way that has not been handed over yet. */
	#isOpen = false;
	/** The first byte of the packet under way. */
	#first = 0;
	/** Of the PUBLISH under way, what comes behind the fixed header, when it is taken whole. */
	#body: Uint8Array | undefined;
	/** Bytes of the packet under way that are still to come; -1: its fixed header is not whole. */
	#remaining = -1;
	/** Bytes of the fixed header so far, and the Remaining Length in them. */
	#header = 0;
	#length = 0;

	/** @param capacity bytes of Remaining Length that the device takes whole */
	constructor(capacity: number) {
		this.#capacity = capacity;
	}

	/** Takes the next bytes; returns the messages that are there with them. */
	take(bytes: Uint8Array): ReadMessage[] {
		const messages: ReadMessage[] = [];
		let at = 0;
		while (at < bytes.length) {
			if (this.#remaining < 0) {
				this.#takeHeader(bytes[at++] as number);
			} else {
				const taken = Math.min(this.#remaining, bytes.length - at);
				this.#body?.set(bytes.subarray(at, at + taken), this.#length - this.#remaining);
				at += taken;
				this.#remaining -= taken;
			}
			if (
				this.#isOpen &&
				this.#remaining >= 0 &&
				this.#remaining <= Math.max(0, this.#length - this.#capacity)
			) {
				this.#isOpen = false;
				messages.push(this.#message());
			}
			if (this.#remaining !== 0) continue;
			this.#remaining = -1;
			this.#header = 0;
			this.#length = 0;
		}
		return messages;
	}

	#takeHeader(byte: number): void {
		if (this.#header++ === 0) {
			this.#first = byte;
			this.#isOpen = byte >> 4 === 3;
			return;
		}
		this.#length += (byte & 0x7f) * 128 ** (this.#header - 2);
		if (byte >= 0x80) return;
		this.#remaining = this.#length;
		const isWhole = this.#isOpen && this.#length <= this.#capacity;
		this.#body = isWhole ? new Uint8Array(this.#length) : undefined;
	}

	/** The PUBLISH that has come: topic, packet id with QoS 1 and 2, payload (3.3). */
	#message(): ReadMessage {
		const retain = (this.#first & 0x01) !== 0;
		const body = this.#body;
		this.#body = undefined;
		if (body === undefined) return { retain, payload: undefined };
		const length = ((body[0] ?? 0) << 8) | (body[1] ?? 0);
		const start = 2 + length + ((this.#first & 0x06) === 0 ? 0 : 2);
		return { topic: textOf(body.subarray(2, 2 + length)), retain, payload: textOf(body.subarray(start)) };
	}
}
