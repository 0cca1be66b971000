import type { Flash } from "../../firmware/ecma-419.js";

/** A flash partition in memory, at first erased, whose bytes damage may overwrite. */
export class FlashPartition implements Flash {
	readonly bytes: Uint8Array;
	readonly #blocks: number;
	readonly #blockLength: number;

	constructor(blocks: number, blockLength: number) {
		this.bytes = new Uint8Array(blocks * blockLength).fill(0xff);
		this.#blocks = blocks;
		this.#blockLength = blockLength;
	}

	read(length: number, offset: number): ArrayBuffer {
		return this.bytes.slice(offset, offset + length).buffer as ArrayBuffer;
	}

	write(data: ArrayBuffer | Uint8Array, offset: number): void {
		const bytes = new Uint8Array(data);
		for (const [index, byte] of bytes.entries()) (this.bytes[offset + index] as number) &= byte;
	}

	eraseBlock(start: number, end = start + 1): void {
		this.bytes.fill(0xff, start * this.#blockLength, end * this.#blockLength);
	}

	status() {
		return { size: this.bytes.length, blocks: this.#blocks, blockLength: this.#blockLength };
	}

	close(): void {}
}
