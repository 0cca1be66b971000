/** A message of one kind as a netstring: its length in decimal, a colon, the bytes, a comma. */
export function netstring(kind: string, bytes: Uint8Array): Uint8Array {
	const head = Buffer.from(`${bytes.length + 1}:${kind}`);
	const message = new Uint8Array(head.length + bytes.length + 1);
	message.set(head);
	message.set(bytes, head.length);
	message[message.length - 1] = 0x2c;
	return message;
}

/** Digits of a length, at most. */
const MAX_DIGITS = 9;

/** Finds the netstrings in a stream of bytes, however it is cut. */
export class NetstringReader {
	readonly #onMessage: (message: Uint8Array) => void;
	#rest: Uint8Array = new Uint8Array(0);

	constructor(onMessage: (message: Uint8Array) => void) {
		this.#onMessage = onMessage;
	}

	/** @throws Error for bytes that are no netstring */
	push(bytes: Uint8Array): void {
		let input = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
		for (;;) {
			const colon = input.indexOf(0x3a);
			if (colon < 0 && input.length <= MAX_DIGITS) break;
			const digits = Buffer.from(input.subarray(0, colon)).toString("latin1");
			if (colon < 0 || !/^\d{1,9}$/.test(digits)) throw new Error("no netstring");
			const end = colon + 1 + Number(digits);
			if (input.length <= end) break;
			if (input[end] !== 0x2c) throw new Error("a netstring that does not end");
			this.#onMessage(input.subarray(colon + 1, end));
			input = input.subarray(end + 1);
		}
		this.#rest = input.slice();
	}
}
