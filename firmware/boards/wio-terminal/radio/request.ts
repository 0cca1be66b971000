import { writeUtf8 } from "../../../mqtt/utf8.js";
import { crc16 } from "./crc16.js";
import { FRAME_HEADER, MESSAGE_HEADER, MESSAGE_VERSION, MessageType } from "./frame.js";

/**
 * A call of the radio's on its way into a frame: service, method, then its parameters in their order. Values are little
 * endian and follow one another without gaps.
 */
export class Request {
	readonly #bytes: Uint8Array;
	#at = FRAME_HEADER + MESSAGE_HEADER;

	/** @param size bytes of all parameters */
	constructor(service: number, method: number, size: number) {
		const bytes = new Uint8Array(FRAME_HEADER + MESSAGE_HEADER + size);
		bytes[FRAME_HEADER + 1] = method;
		bytes[FRAME_HEADER + 2] = service;
		bytes[FRAME_HEADER + 3] = MESSAGE_VERSION;
		this.#bytes = bytes;
	}

	u8(value: number): this {
		this.#bytes[this.#at++] = value;
		return this;
	}

	/** Of 32 bits, with or without a sign. */
	int(value: number): this {
		put(this.#bytes, this.#at, value);
		this.#at += 4;
		return this;
	}

	/** A list of bytes, with their number. */
	binary(data: Uint8Array): this {
		this.int(data.length);
		this.#bytes.set(data, this.#at);
		this.#at += data.length;
		return this;
	}

	/** A text in UTF-8. @param length its bytes */
	text(text: string, length: number): this {
		this.int(length);
		this.#at = writeUtf8(this.#bytes, this.#at, text);
		return this;
	}

	/** The frame that is sent. @param sequence the call's number, which its reply has, too */
	seal(sequence: number, type: number = MessageType.INVOCATION): Uint8Array {
		const bytes = this.#bytes;
		bytes[FRAME_HEADER] = type;
		put(bytes, FRAME_HEADER + 4, sequence);
		const crc = crc16(bytes, FRAME_HEADER);
		const length = bytes.length - FRAME_HEADER;
		put(bytes, 0, length | (crc << 16));
		return bytes;
	}
}

function put(bytes: Uint8Array, at: number, value: number): void {
	bytes[at] = value;
	bytes[at + 1] = value >> 8;
	bytes[at + 2] = value >> 16;
	bytes[at + 3] = value >> 24;
}
