import type { SessionRecord } from "../../../firmware/mqtt/output.js";
import { demand } from "../target.js";
import { type ClientPacket, readClientPacket } from "./client-packet.js";

/** What a session has had stored, by order. */
export class Storage {
	readonly #packets = new Map<number, Uint8Array>();
	readonly #read = new Map<number, ClientPacket>();

	get size(): number {
		return this.#packets.size;
	}

	/** For a session that goes on with it. */
	get records(): SessionRecord[] {
		return Array.from(this.#packets, ([order, packet]) => ({ order, packet: packet.slice() }));
	}

	/** Ids of the packets of these kinds. */
	ids(...kinds: readonly string[]): number[] {
		return [...this.#read.values()].filter(({ kind }) => kinds.includes(kind)).map(({ id }) => id);
	}

	has(kind: string, id: number): boolean {
		for (const packet of this.#read.values()) if (packet.kind === kind && packet.id === id) return true;
		return false;
	}

	store({ order, packet }: SessionRecord): void {
		const read = readClientPacket(packet);
		const isRelease = read.kind === "pubrel";
		demand(
			isRelease || read.kind === "pubrec" || (read.kind === "publish" && read.qos > 0),
			`stores ${read.kind}`,
		);
		demand(!this.#packets.has(order), `stores ${read.kind} where something else is`);
		// Its PUBLISH is forgotten behind it.
		if (isRelease) demand(this.has("publish", read.id), "PUBREL of a message that is not stored");
		this.#packets.set(order, packet.slice());
		this.#read.set(order, read);
	}

	discard(order: number): void {
		this.#read.delete(order);
		demand(this.#packets.delete(order), `discards ${order}, which is not stored`);
	}
}
