/**
 * Counts the PUBLISH packets in a stream of bytes, however it is cut (MQTT 3.1.1, 2.2): each when it ends,
 * or when as much of it has come as the device's receive buffer holds, for it is refused then.
 */
export class MessageCounter {
	readonly #capacity: number;
	/** Whether a PUBLISH is under way that does not count yet. */
	#isOpen = false;
	/** Bytes of the packet under way that are still to come; -1: its fixed header is not whole. */
	#remaining = -1;
	/** Bytes of the fixed header so far, and the Remaining Length in them. */
	#header = 0;
	#length = 0;

	/** @param capacity bytes of Remaining Length that the device takes whole */
	constructor(capacity: number) {
		this.#capacity = capacity;
	}

	/** Takes the next bytes; returns how many messages count with them. */
	count(bytes: Uint8Array): number {
		let messages = 0;
		let at = 0;
		while (at < bytes.length) {
			if (this.#remaining < 0) {
				this.#takeHeader(bytes[at++] as number);
			} else {
				const taken = Math.min(this.#remaining, bytes.length - at);
				at += taken;
				this.#remaining -= taken;
			}
			if (
				this.#isOpen &&
				this.#remaining >= 0 &&
				this.#remaining <= Math.max(0, this.#length - this.#capacity)
			) {
				this.#isOpen = false;
				messages++;
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
			this.#isOpen = byte >> 4 === 3;
			return;
		}
		this.#length += (byte & 0x7f) * 128 ** (this.#header - 2);
		if (byte < 0x80) this.#remaining = this.#length;
	}
}
