import { crc16 } from "./crc.js";

/** Bytes before a payload: u16 its length, u16 its checksum, little endian. */
export const FRAME_HEADER = 4;
/** Bytes of a payload at most: the size of eRPC's message buffers in this chip. */
export const MAX_PAYLOAD = 4096;

/** A payload with its header. @throws RangeError when it has more than `MAX_PAYLOAD` bytes */
export function frameOf(payload: Uint8Array): Uint8Array {
	if (payload.length > MAX_PAYLOAD) {
		throw new RangeError(`a payload of ${payload.length} bytes, at most ${MAX_PAYLOAD} fit`);
	}
	const frame = new Uint8Array(FRAME_HEADER + payload.length);
	const view = new DataView(frame.buffer);
	view.setUint16(0, payload.length, true);
	view.setUint16(2, crc16(payload), true);
	frame.set(payload, FRAME_HEADER);
	return frame;
}

/** What a stream of frames can have wrong: a length that does not fit the buffer, or a checksum. */
export type FrameFault = "too-long" | "wrong-checksum";

/**
 * Reads frames out of bytes, however these are cut. The stream has no mark where a frame begins: after a lost
 * or an added byte, the next header is read from the wrong place, and so on until `reset`.
 *
 * A frame with a wrong checksum is dropped whole. Of one that is too long the header is dropped, and the next
 * header expected behind it. That is a guess: what the chip's server does then was not observed.
 */
export class FrameReader {
	readonly #onPayload: (payload: Uint8Array) => void;
	readonly #onFault: (fault: FrameFault) => void;
	readonly #header = new Uint8Array(FRAME_HEADER);
	/** Bytes of the header, then of the payload. */
	#count = 0;
	#payload: Uint8Array | undefined;

	/** @param onPayload is given each payload; the bytes are its own */
	constructor(onPayload: (payload: Uint8Array) => void, onFault: (fault: FrameFault) => void) {
		this.#onPayload = onPayload;
		this.#onFault = onFault;
	}

	/** Takes the next byte. Returns whether it ended a frame, right or wrong. */
	push(byte: number): boolean {
		if (this.#payload === undefined) {
			this.#header[this.#count++] = byte;
			return this.#count === FRAME_HEADER && this.#begin();
		}
		this.#payload[this.#count++] = byte;
		return this.#count === this.#payload.length && this.#end(this.#payload);
	}

	/** Forgets what has come of a frame: the next byte begins a header. */
	reset(): void {
		this.#count = 0;
		this.#payload = undefined;
	}

	#begin(): boolean {
		const length = new DataView(this.#header.buffer).getUint16(0, true);
		this.reset();
		if (length > MAX_PAYLOAD) {
			this.#onFault("too-long");
			return true;
		}
		const payload = new Uint8Array(length);
		if (length === 0) return this.#end(payload);
		this.#payload = payload;
		return false;
	}

	#end(payload: Uint8Array): boolean {
		this.reset();
		const wanted = new DataView(this.#header.buffer).getUint16(2, true);
		if (crc16(payload) === wanted) this.#onPayload(payload);
		else this.#onFault("wrong-checksum");
		return true;
	}
}
