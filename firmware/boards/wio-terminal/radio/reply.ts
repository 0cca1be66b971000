/** What a message of the radio's carries, read value by value. Behind its end every value is 0 or empty. */
export class Reply {
	readonly #bytes: Uint8Array;
	#at: number;
	/** Whether more was read than there is: the message is not what it should be. */
	isShort = false;

	/** @param at where the first value begins */
	constructor(bytes: Uint8Array, at: number) {
		this.#bytes = bytes;
		this.#at = at;
	}

	i8(): number {
		const at = this.#take(1);
		return at < 0 ? 0 : ((this.#bytes[at] as number) << 24) >> 24;
	}

	/** Of 32 bits, with a sign. */
	int(): number {
		const at = this.#take(4);
		return at < 0 ? 0 : i32(this.#bytes, at);
	}

	/** A list of bytes, or the bytes of a text; a view into the message. */
	binary(): Uint8Array {
		const length = this.int();
		const at = this.#take(length);
		return at < 0 ? this.#bytes.subarray(0, 0) : this.#bytes.subarray(at, at + length);
	}

	/** Where the next `length` bytes begin; -1 when there are not as many. */
	#take(length: number): number {
		const at = this.#at;
		if (length < 0 || at + length > this.#bytes.length) {
			this.isShort = true;
			this.#at = this.#bytes.length;
			return -1;
		}
		this.#at = at + length;
		return at;
	}
}

/** The 32 bits at an offset, as a number with a sign. */
export const i32 = (bytes: Uint8Array, at: number): number =>
	(bytes[at] as number) |
	((bytes[at + 1] as number) << 8) |
	((bytes[at + 2] as number) << 16) |
	((bytes[at + 3] as number) << 24);
