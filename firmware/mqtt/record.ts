import { Decoder } from "./decode.js";
import type { Publish } from "./packet.js";

/** What a record holds: a packet that was under way, and its id. */
export interface Restored {
	readonly kind: "publish" | "pubrel" | "pubrec";
	readonly id: number;
}

/** Records in their order; of a sort the chip has none. */
export function inOrder<Ordered extends { readonly order: number }>(records: readonly Ordered[]): Ordered[] {
	const sorted: Ordered[] = [];
	for (const record of records) {
		let at = sorted.length;
		while (at > 0 && (sorted[at - 1] as Ordered).order > record.order) at -= 1;
		sorted.splice(at, 0, record);
	}
	return sorted;
}

/** The length of the packet that bytes begin with, by its fixed header (2.2); more than there is when it is not whole. */
export function packetLength(bytes: Uint8Array): number {
	let at = 1;
	let remaining = 0;
	for (let factor = 1; at < 5; factor *= 128) {
		const byte = bytes[at++] as number;
		remaining += (byte & 0x7f) * factor;
		if ((byte & 0x80) === 0) break;
	}
	return at + remaining;
}

/** Reads a record's packet; `undefined` for bytes that no session has asked to keep. */
export function readRecord(packet: Uint8Array): Restored | undefined {
	const decoder = new Decoder(packet.length);
	decoder.push(packet);
	const read = decoder.next();
	if (read === undefined || !decoder.isBetweenPackets) return undefined;
	if (read.kind === "publish" && read.qos > 0) return { kind: "publish", id: read.id };
	if (read.kind === "pubrel" || read.kind === "pubrec") return { kind: read.kind, id: read.id };
	return undefined;
}

/** The message in an encoded PUBLISH. */
export function readMessage(packet: Uint8Array): Publish {
	const decoder = new Decoder(packet.length);
	decoder.push(packet);
	return decoder.next() as Publish;
}
