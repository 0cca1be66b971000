/** Counts the PUBLISH packets that end in a stream of bytes, however it is cut (MQTT 3.1.1, 2.2). */
export class MessageCounter {
	#isPublish = false;
	/** Bytes of the packet under way that are still to come; -1: its fixed header is not whole. */
	#remaining = -1;
	/** Bytes of the fixed header so far, and the Remaining Length in them. */
	#header = 0;
	#length = 0;

	/** Takes the next bytes; returns how many messages end in them. */
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
			if (this.#remaining !== 0) continue;
			if (this.#isPublish) messages++;
			this.#remaining = -1;
			this.#header = 0;
			this.#length = 0;
		}
		return messages;
	}

	#takeHeader(byte: number): void {
		if (this.#header++ === 0) {
			this.#isPublish = byte >> 4 === 3;
			return;
		}
		this.#length += (byte & 0x7f) * 128 ** (this.#header - 2);
		if (byte < 0x80) this.#remaining = this.#length;
	}
}
