import { Reply } from "../../firmware/boards/native/seam.js";

/** The reply to a call that gives nothing. */
export const NOTHING = Uint8Array.of(Reply.NOTHING);

/** A reply, or an error's text, as bytes. */
export function withTag(tag: number, bytes: Uint8Array): Uint8Array {
	const reply = new Uint8Array(1 + bytes.length);
	reply[0] = tag;
	reply.set(bytes, 1);
	return reply;
}

/** Bytes, or none. */
export const optional = (bytes: ArrayBuffer | undefined): Uint8Array =>
	bytes === undefined ? NOTHING : withTag(Reply.BYTES, new Uint8Array(bytes));

/** A number of 64 bits. */
export function number(value: number): Uint8Array {
	const reply = new Uint8Array(9);
	const view = new DataView(reply.buffer);
	view.setUint8(0, Reply.NUMBER);
	view.setFloat64(1, value, true);
	return reply;
}

/** The text that a call's bytes are. */
export const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");
