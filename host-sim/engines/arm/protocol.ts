/** The bridge's own frames, beside the calls, replies and events of `boards/native/seam.ts`. */
export const Bridge = Object.freeze({
	/** From the image: it has started; the text says why the last run ended, or nothing. */
	READY: 240,
	/** From the image: the turn is over; a meter follows the header. */
	TURN_OVER: 241,
	/** To the image, in place of an event: collect what is no longer needed. */
	COLLECT: 252,
});

/** What the image counts. Slots take 16 bytes each. */
export interface ArmMeter {
	/** Slots and bytes of chunks in use; those no longer needed count until a collection. */
	readonly slots: number;
	readonly slotsPeak: number;
	readonly chunkBytes: number;
	readonly chunkBytesPeak: number;
	/** Bytes never used so far: of the engine's memory, of the C library's heap, of the C stack. */
	readonly unusedArena: number;
	readonly unusedHeap: number;
	readonly unusedStack: number;
	/**
	 * How long the turn took, without reading events and replies, in units of 1,024 ns; of the first
	 * turn, since the reset. With `countsInstructions` these are instructions, exactly.
	 */
	readonly work: number;
}

/** In the order of `HalMeter` in `hal.h`. */
const FIELDS = [
	"slots",
	"slotsPeak",
	"chunkBytes",
	"chunkBytesPeak",
	"unusedArena",
	"unusedHeap",
	"unusedStack",
	"work",
] as const;

export function decodeMeter(bytes: Uint8Array): ArmMeter {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const values = FIELDS.map((name, index) => [name, view.getUint32(4 * index, true)]);
	return Object.fromEntries(values) as ArmMeter;
}

/** Bytes with their length before them: u32, little endian. */
export function frame(bytes: Uint8Array): Uint8Array {
	const message = new Uint8Array(4 + bytes.length);
	new DataView(message.buffer).setUint32(0, bytes.length, true);
	message.set(bytes, 4);
	return message;
}

/** More than any frame of ours: what comes is no frame. */
const TOO_LONG = 1 << 20;

/** Finds the frames in a stream of bytes, however it is cut. */
export class FrameReader {
	readonly #onFrame: (bytes: Uint8Array) => void;
	#rest: Buffer = Buffer.alloc(0);

	constructor(onFrame: (bytes: Uint8Array) => void) {
		this.#onFrame = onFrame;
	}

	/** @throws RangeError for a length that no frame has */
	push(bytes: Uint8Array): void {
		this.#rest = this.#rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#rest, bytes]);
		while (this.#rest.length >= 4) {
			const length = this.#rest.readUInt32LE(0);
			if (length > TOO_LONG) throw new RangeError(`a frame of ${length} bytes`);
			if (this.#rest.length < 4 + length) break;
			const body = this.#rest.subarray(4, 4 + length);
			this.#rest = this.#rest.subarray(4 + length);
			this.#onFrame(body);
		}
	}
}
