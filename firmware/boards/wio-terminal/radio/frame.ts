import { crc16 } from "./crc16.js";

/*
 * eRPC's frames as firmware 2.1 of the Wio Terminal's radio sends and takes them, little endian:
 *
 *     frame    u16 length of the message, u16 CRC-16 of the message, message
 *     message  u8 type, u8 method, u8 service, u8 version, u32 sequence, values
 *
 * Nothing marks where a frame begins: once a byte is lost all that follows means nothing, until the chip is reset.
 */

/** Bytes before a message. */
export const FRAME_HEADER = 4;
/** Bytes of a message before its values. */
export const MESSAGE_HEADER = 8;
/** The version of the codec, in each message. */
export const MESSAGE_VERSION = 1;
/** Bytes of a message at most: the buffers on both sides. */
export const LONGEST_MESSAGE = 4096;

/** Types of messages. */
export const MessageType = Object.freeze({
	/** A call that is answered, and one that is not. */
	INVOCATION: 0,
	ONE_WAY: 1,
	REPLY: 2,
});

/** Where a message has its version. */
const MESSAGE_VERSION_AT = 3;

/** Takes a stream of bytes apart into messages. */
export class FrameReader {
	/** The frame's header; and the message, once its length is known. */
	#header = new Uint8Array(FRAME_HEADER + MESSAGE_VERSION_AT + 1);
	#message: Uint8Array | undefined;
	/** Bytes of the frame that have come. */
	#count = 0;

	/**
	 * Takes bytes, and calls back for each whole message. Returns what is wrong with them, after which a reader is of
	 * no use any more; `undefined` while nothing is.
	 */
	push(bytes: Uint8Array, onMessage: (message: Uint8Array) => void): string | undefined {
		let at = 0;
		while (at < bytes.length) {
			const message = this.#message;
			if (message === undefined) {
				this.#header[this.#count++] = bytes[at++] as number;
				if (this.#count === this.#header.length && !this.#begin()) return "bytes that are no frame";
				continue;
			}
			const had = this.#count - FRAME_HEADER;
			const piece = bytes.subarray(at, at + message.length - had);
			message.set(piece, had);
			at += piece.length;
			this.#count += piece.length;
			if (had + piece.length < message.length) continue;
			this.#message = undefined;
			this.#count = 0;
			if (crc16(message, 0) !== u16(this.#header, 2)) return "a frame with a wrong checksum";
			onMessage(message);
		}
		return undefined;
	}

	/** The first bytes are there; whether they can be those of a frame. */
	#begin(): boolean {
		const header = this.#header;
		const length = u16(header, 0);
		if (length < MESSAGE_HEADER || length > LONGEST_MESSAGE) return false;
		if (header[FRAME_HEADER + MESSAGE_VERSION_AT] !== MESSAGE_VERSION) return false;
		const message = new Uint8Array(length);
		message.set(header.subarray(FRAME_HEADER), 0);
		this.#message = message;
		return true;
	}
}

const u16 = (bytes: Uint8Array, at: number): number =>
	(bytes[at] as number) | ((bytes[at + 1] as number) << 8);
