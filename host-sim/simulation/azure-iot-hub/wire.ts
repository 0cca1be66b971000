import type { Packet } from "mqtt-packet";
import { PacketReader } from "../../azure-iot-hub/core/codec.js";

/** Bytes of the largest packet that a device sends. */
const LONGEST = 1_000_000;

/** What a device writes to its connections, as packets: each when its last byte is written. */
export class Wire {
	readonly #hear: (packet: Packet) => void;
	#reader = new PacketReader(LONGEST);

	constructor(hear: (packet: Packet) => void) {
		this.#hear = hear;
	}

	/** Takes the next bytes. @param bytes `undefined`: another connection begins */
	take(bytes: Uint8Array | undefined): void {
		if (bytes === undefined) {
			this.#reader = new PacketReader(LONGEST);
			return;
		}
		this.#reader.push(bytes);
		for (let incoming = this.#reader.next(); incoming !== undefined; incoming = this.#reader.next()) {
			if (incoming.kind !== "packet") throw new Error(`a device writes what is no packet: ${incoming.kind}`);
			this.#hear(incoming.packet);
		}
	}
}
