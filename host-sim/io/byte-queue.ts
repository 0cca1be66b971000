const EMPTY = new Uint8Array(0);

/** Bytes waiting to be read, first in, first out. Copies them only when they have to wait. */
export class ByteQueue {
	#bytes: Uint8Array<ArrayBuffer> = EMPTY;
	#start = 0;
	#end = 0;
	#store: Uint8Array<ArrayBuffer> = EMPTY;

	/** How many bytes wait. */
	get length(): number {
		return this.#end - this.#start;
	}

	/** Adds the first `count` bytes of `bytes`, which may be used until `keep` is called, not after. */
	lend(bytes: Uint8Array<ArrayBuffer>, count: number): void {
		if (this.length > 0) {
			this.#append(bytes, 0, count);
			return;
		}
		this.#bytes = bytes;
		this.#start = 0;
		this.#end = count;
	}

	/** Copies what is left of the lent bytes. */
	keep(): void {
		if (this.#bytes === this.#store) return;
		const [lent, start, end] = [this.#bytes, this.#start, this.#end];
		this.#bytes = this.#store;
		this.#start = 0;
		this.#end = 0;
		if (end > start) this.#append(lent, start, end);
	}

	/** Takes the next byte; there must be one. */
	takeByte(): number | undefined {
		return this.#bytes[this.#start++];
	}

	/** Takes up to `count` bytes. */
	take(count: number): ArrayBuffer {
		const { buffer, byteOffset } = this.#bytes;
		const start = this.#start;
		this.#start = Math.min(this.#end, start + count);
		return buffer.slice(byteOffset + start, byteOffset + this.#start);
	}

	/** Takes as many bytes as fit into `target`; returns how many. */
	takeInto(target: Uint8Array): number {
		const start = this.#start;
		this.#start = Math.min(this.#end, start + target.byteLength);
		target.set(this.#bytes.subarray(start, this.#start));
		return this.#start - start;
	}

	/** Drops everything, memory included. */
	clear(): void {
		this.#bytes = EMPTY;
		this.#store = EMPTY;
		this.#start = 0;
		this.#end = 0;
	}

	#append(bytes: Uint8Array, start: number, end: number): void {
		const length = this.length;
		const wanted = length + end - start;
		if (this.#end + end - start > this.#store.byteLength) {
			// Twice what is needed, so that bytes are moved seldom however small the pieces.
			if (wanted * 2 > this.#store.byteLength) {
				const store = new Uint8Array(wanted * 2);
				store.set(this.#bytes.subarray(this.#start, this.#end));
				this.#store = store;
			} else {
				this.#store.copyWithin(0, this.#start, this.#end);
			}
			this.#bytes = this.#store;
			this.#start = 0;
			this.#end = length;
		}
		this.#store.set(bytes.subarray(start, end), this.#end);
		this.#end += end - start;
	}
}
