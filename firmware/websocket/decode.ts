import { readUtf8 } from "../mqtt/utf8.js";
import { CloseCode, Opcode } from "./frame.js";

/** What a server's frames come to. */
export type Incoming =
	/** Bytes of binary messages; where messages and frames begin and end does not count [MQTT-6.0.0-2]. */
	| { kind: "data"; bytes: Uint8Array }
	/** To be answered with the same bytes (RFC 6455, 5.5.2). */
	| { kind: "ping"; payload: Uint8Array }
	/** The server closes; `code` is 1005 when it does not say why. */
	| { kind: "close"; code: number; reason: string }
	/** A breach of the protocol; `code` is for our own Close frame. */
	| { kind: "malformed"; code: number; reason: string };

/** The longest payload of a control frame (RFC 6455, 5.5). */
const LONGEST_CONTROL = 125;

/**
 * Reads the frames of a server (RFC 6455, 5.2) as they come, in pieces of any size. The bytes of
 * messages are handed on at once, never gathered, so that a message may have any length.
 */
export class Decoder {
	#input: Uint8Array = EMPTY;
	#at = 0;
	readonly #header = new Uint8Array(10);
	/** Bytes of the header that are there, and that it has as far as is known. */
	#filled = 0;
	#wanted = 2;
	/** Bytes of the frame's payload that are still to come. */
	#left = 0;
	/** The payload so far of a control frame; undefined for others. */
	#control: Uint8Array | undefined;
	/** Whether a message is under way whose last frame has not come (RFC 6455, 5.4). */
	#fragmented = false;
	#over = false;

	/** Bytes handed over that `next` has not looked at yet. */
	get pending(): number {
		return this.#input.length - this.#at;
	}

	/** Hands over the next piece of the stream; `next` must have used up the one before. */
	push(bytes: Uint8Array): void {
		this.#input = bytes;
		this.#at = 0;
	}

	/** What comes next; `undefined` when more bytes are needed. Nothing comes after `close` and `malformed`. */
	next(): Incoming | undefined {
		while (!this.#over) {
			if (this.#filled < this.#wanted) {
				const problem = this.#readHeader();
				if (problem !== undefined) return this.#end(problem);
				if (this.#filled < this.#wanted) return undefined;
			}
			const available = Math.min(this.#left, this.#input.length - this.#at);
			if (available === 0 && this.#left > 0) return undefined;
			const bytes = this.#input.subarray(this.#at, this.#at + available);
			this.#at += available;
			this.#left -= available;
			const incoming = this.#read(bytes);
			if (this.#left === 0) {
				this.#filled = 0;
				this.#wanted = 2;
			}
			if (incoming !== undefined) return this.#end(incoming);
		}
		return undefined;
	}

	/** Takes a part of the frame's payload. */
	#read(bytes: Uint8Array): Incoming | undefined {
		const control = this.#control;
		if (control === undefined) return bytes.length === 0 ? undefined : { kind: "data", bytes };
		control.set(bytes, control.length - this.#left - bytes.length);
		if (this.#left > 0) return undefined;
		this.#control = undefined;
		switch ((this.#header[0] as number) & 0x0f) {
			case Opcode.CLOSE:
				return readClose(control);
			case Opcode.PING:
				return { kind: "ping", payload: control };
			default:
				// An answer nobody has asked for (RFC 6455, 5.5.3).
				return undefined;
		}
	}

	#readHeader(): Incoming | undefined {
		const header = this.#header;
		while (this.#filled < this.#wanted) {
			if (this.#at === this.#input.length) return undefined;
			header[this.#filled++] = this.#input[this.#at++] as number;
			if (this.#filled !== 2) continue;
			const problem = this.#readStart(header[0] as number, header[1] as number);
			if (problem !== undefined) return problem;
		}
		return this.#readLength();
	}

	/** Looks at the two bytes that each header has. */
	#readStart(first: number, second: number): Incoming | undefined {
		const opcode = first & 0x0f;
		const isFinal = first >= 0x80;
		if (first & 0x70) return breach("reserved bits without an extension (RFC 6455, 5.2)");
		if (second >= 0x80) return breach("a masked frame from the broker (RFC 6455, 5.1)");
		if (opcode >= Opcode.CLOSE) {
			if (opcode > Opcode.PONG) return breach(`opcode ${opcode} (RFC 6455, 5.2)`);
			if (!isFinal) return breach("a control frame in fragments (RFC 6455, 5.5)");
			if (second > LONGEST_CONTROL) return breach("a control frame of more than 125 bytes (RFC 6455, 5.5)");
		} else {
			const problem = this.#readOpcode(opcode);
			if (problem !== undefined) return problem;
			this.#fragmented = !isFinal;
		}
		this.#wanted = second === 127 ? 10 : second === 126 ? 4 : 2;
		return undefined;
	}

	#readOpcode(opcode: number): Incoming | undefined {
		if (opcode === Opcode.TEXT) {
			const reason = "a text frame, where MQTT is binary [MQTT-6.0.0-1]";
			return { kind: "malformed", code: CloseCode.UNSUPPORTED, reason };
		}
		if (opcode > Opcode.BINARY) return breach(`opcode ${opcode} (RFC 6455, 5.2)`);
		if ((opcode === Opcode.CONTINUATION) === this.#fragmented) return undefined;
		return breach(
			this.#fragmented
				? "a new message within another (RFC 6455, 5.4)"
				: "a continuation of nothing (RFC 6455, 5.4)",
		);
	}

	/** Reads the length, which must be written in as few bytes as it can be. */
	#readLength(): Incoming | undefined {
		const view = new DataView(this.#header.buffer);
		let length = (this.#header[1] as number) & 0x7f;
		if (this.#wanted === 4) {
			length = view.getUint16(2);
			if (length < 126) return breach("a length in too many bytes (RFC 6455, 5.2)");
		} else if (this.#wanted === 10) {
			const high = view.getUint32(2);
			length = high * 0x1_0000_0000 + view.getUint32(6);
			if (length < 0x1_0000) return breach("a length in too many bytes (RFC 6455, 5.2)");
			if (length > Number.MAX_SAFE_INTEGER) {
				return { kind: "malformed", code: CloseCode.TOO_BIG, reason: "a frame of more than 2 ** 53 bytes" };
			}
		}
		this.#left = length;
		const isControl = ((this.#header[0] as number) & 0x08) !== 0;
		this.#control = isControl ? new Uint8Array(length) : undefined;
		return undefined;
	}

	#end(incoming: Incoming): Incoming {
		this.#over = incoming.kind === "close" || incoming.kind === "malformed";
		return incoming;
	}
}

const EMPTY = Object.freeze(new Uint8Array(0));

const breach = (reason: string): Incoming => ({
	kind: "malformed",
	code: CloseCode.PROTOCOL_ERROR,
	reason,
});

/** RFC 6455, 5.5.1. */
function readClose(payload: Uint8Array): Incoming {
	if (payload.length === 0) return { kind: "close", code: CloseCode.NONE, reason: "" };
	if (payload.length === 1) return breach("a Close frame of one byte (RFC 6455, 5.5.1)");
	const reason = readUtf8(payload.subarray(2));
	if (reason === undefined) return breach("a Close frame that is no UTF-8 (RFC 6455, 5.5.1)");
	const code = ((payload[0] as number) << 8) | (payload[1] as number);
	if (!mayClose(code)) return breach(`a Close frame with the code ${code} (RFC 6455, 7.4)`);
	return { kind: "close", code, reason };
}

/** Whether a code may be in a Close frame: one that is registered, or a private one (RFC 6455, 7.4). */
const mayClose = (code: number): boolean =>
	(code >= 1000 && code <= 1014 && (code < 1004 || code > 1006)) || (code >= 3000 && code < 5000);
