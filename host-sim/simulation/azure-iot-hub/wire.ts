import type { Packet } from "mqtt-packet";
import { PacketReader } from "../../azure-iot-hub/core/codec.js";

/** Bytes of the largest packet that a device sends. */
const LONGEST = 1_000_000;

/** What a device writes to its connections, as packets: each when its last byte is written, which may be long after its first. */
export class Wire {
	readonly #now: () => number;
	readonly #hear: (packet: Packet, since: number) => void;
	#reader = new PacketReader(LONGEST);
	/** When the connection's first byte was written. */
	#since: number | undefined;

	/** @param hear hears each packet, and when the connection's first byte was written */
	constructor(now: () => number, hear: (packet: Packet, since: number) => void) {
		this.#now = now;
		this.#hear = hear;
	}

	/** Takes the next bytes. @param bytes `undefined`: another connection begins */
	take(bytes: Uint8Array | undefined): void {
		if (bytes === undefined) {
			this.#reader = new PacketReader(LONGEST);
			this.#since = undefined;
			return;
		}
		this.#since ??= this.#now();
		this.#reader.push(bytes);
		for (let incoming = this.#reader.next(); incoming !== undefined; incoming = this.#reader.next()) {
			if (incoming.kind !== "packet") throw new Error(`a device writes what is no packet: ${incoming.kind}`);
			this.#hear(incoming.packet, this.#since);
		}
	}
}
