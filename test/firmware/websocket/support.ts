import { createHash } from "node:crypto";
import type { Writable } from "node:stream";
import fc from "fast-check";
import * as ws from "ws";
import { Decoder, type Incoming } from "../../../firmware/websocket/decode.js";

export const sha1 = (bytes: Uint8Array): Uint8Array => createHash("sha1").update(bytes).digest();

/** The parts of npm's `ws` that its types leave out. */
const { Receiver, Sender } = ws as unknown as {
	Receiver: new (options: { isServer: boolean }) => Writable;
	Sender: { frame(data: Buffer, options: object): Buffer[] };
};

/** What reads a client's frames, and emits `message` and `error`. */
export const newReceiver = (): Writable => new Receiver({ isServer: true });

/** A server's frame, final or not. */
export const frame = (opcode: number, data: Uint8Array, fin = true): Buffer =>
	Buffer.concat(Sender.frame(Buffer.from(data), { opcode, fin, rsv1: false, mask: false, readOnly: false }));

/** Bytes in pieces that end at these places. */
export function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
	const ends = [...new Set([...places.map((place) => place % (bytes.length + 1)), bytes.length])];
	ends.sort((a, b) => a - b);
	return ends.map((end, index) => bytes.slice(ends[index - 1] ?? 0, end));
}

export const anyCuts = fc.array(fc.nat(10_000), { maxLength: 20 });

/** All that a decoder makes of these pieces; bytes of messages put together. */
export function decodeAll(pieces: readonly Uint8Array[]): Incoming[] {
	const decoder = new Decoder();
	const all: Incoming[] = [];
	for (const piece of pieces) {
		decoder.push(piece);
		for (let incoming = decoder.next(); incoming !== undefined; incoming = decoder.next()) {
			const last = all.at(-1);
			if (incoming.kind === "data" && last?.kind === "data") {
				last.bytes = Uint8Array.from([...last.bytes, ...incoming.bytes]);
			} else all.push(incoming.kind === "data" ? { ...incoming, bytes: incoming.bytes.slice() } : incoming);
		}
	}
	return all;
}

export const hex = (text: string): Uint8Array =>
	Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));
