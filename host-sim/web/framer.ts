/** Bytes of a packet that are kept: what is beyond is counted only. */
const KEPT = 65_536;

/** The fixed header has 1 byte and up to 4 of Remaining Length (MQTT 3.1.1, 2.2). */
const LONGEST_HEADER = 5;

/** One whole packet: its length in bytes, and the first of them, at most 65,536. */
export interface Frame {
	readonly length: number;
	readonly bytes: Uint8Array;
}

/**
 * Cuts a stream of bytes into MQTT packets, and keeps of each at most 65,536 bytes. After a Remaining
 * Length that is none it is silent for good: nobody knows where the next packet begins.
 */
export class Framer {
	readonly #onFrame: (frame: Frame) => void;
	/** The beginning of the packet that is coming. */
	#kept: Uint8Array[] = [];
	#keptLength = 0;
	/** Bytes of it that have come. */
	#come = 0;
	/** Its length, once the header is there. */
	#length: number | undefined;
	#isLost = false;

	constructor(onFrame: (frame: Frame) => void) {
		this.#onFrame = onFrame;
	}

	/** Takes a copy of the bytes that came next. */
	push(bytes: Uint8Array): void {
		let rest = bytes;
		while (rest.length > 0 && !this.#isLost) {
			// Byte by byte while the header is not whole.
			const wanted = this.#length === undefined ? 1 : this.#length - this.#come;
			const piece = rest.subarray(0, wanted);
			rest = rest.subarray(piece.length);
			this.#keep(piece);
			this.#length ??= this.#readLength();
			if (this.#come === this.#length) this.#end();
		}
	}

	#keep(piece: Uint8Array): void {
		this.#come += piece.length;
		const part = piece.slice(0, KEPT - this.#keptLength);
		if (part.length === 0) return;
		this.#kept.push(part);
		this.#keptLength += part.length;
	}

	/** The packet's length by its header; `undefined` while that is not whole. */
	#readLength(): number | undefined {
		const header = this.#kept.map(([byte]) => byte as number);
		if (header.length < 2) return undefined;
		if ((header.at(-1) as number) < 0x80) {
			const remaining = header.slice(1).reduceRight((sum, byte) => sum * 0x80 + (byte & 0x7f), 0);
			return header.length + remaining;
		}
		this.#isLost = header.length === LONGEST_HEADER;
		return undefined;
	}

	#end(): void {
		const frame = { length: this.#come, bytes: Buffer.concat(this.#kept) };
		this.#kept = [];
		this.#keptLength = this.#come = 0;
		this.#length = undefined;
		this.#onFrame(frame);
	}
}
