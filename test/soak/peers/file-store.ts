import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { IPublishPacket, IStore } from "mqtt";

type Put = Parameters<IStore["put"]>;
type Del = Parameters<IStore["del"]>;
type Get = Parameters<IStore["get"]>;
type Close = Parameters<IStore["close"]>;
type Packet = Put[0];

/**
 * A store of MQTT.js in a folder, a file for each packet, in the order in which they were put: mqtt-level-store, which the
 * documentation of MQTT.js names, needs a native module of 2019.
 */
export class FileStore implements IStore {
	readonly #folder: string;
	readonly #packets = new Map<number, { readonly packet: Packet; readonly file: string }>();
	readonly #onDeleted: (number: number) => void;
	#next = 1;

	/** @param onDeleted hears the payload, a number, of each packet that is deleted: the broker has acknowledged it */
	constructor(folder: string, onDeleted: (number: number) => void = () => {}) {
		this.#folder = folder;
		this.#onDeleted = onDeleted;
		mkdirSync(folder, { recursive: true });
		for (const file of readdirSync(folder).sort()) {
			const packet = packetIn(join(folder, file));
			if (packet !== undefined) this.#packets.set(packet.messageId as number, { packet, file });
			this.#next = Number(file) + 1;
		}
	}

	/** How many packets it has. */
	get size(): number {
		return this.#packets.size;
	}

	put(packet: Packet, done: Put[1]): this {
		const id = packet.messageId as number;
		const file = this.#packets.get(id)?.file ?? String(this.#next++).padStart(9, "0");
		const { payload, ...rest } = packet as IPublishPacket;
		writeFileSync(join(this.#folder, file), JSON.stringify({ ...rest, payload: String(payload ?? "") }));
		this.#packets.set(id, { packet, file });
		done();
		return this;
	}

	createStream(): ReturnType<IStore["createStream"]> {
		const packets = [...this.#packets.values()].map(({ packet }) => packet);
		return Readable.from(packets) as unknown as ReturnType<IStore["createStream"]>;
	}

	del({ messageId }: Del[0], done: Del[1]): this {
		const found = this.#packets.get(messageId as number);
		if (found === undefined) {
			done(new Error("missing packet"));
			return this;
		}
		this.#packets.delete(messageId as number);
		rmSync(join(this.#folder, found.file));
		this.#onDeleted(Number((found.packet as IPublishPacket).payload));
		done(undefined, found.packet);
		return this;
	}

	get({ messageId }: Get[0], done: Get[1]): this {
		const found = this.#packets.get(messageId as number);
		if (found === undefined) done(new Error("missing packet"));
		else done(undefined, found.packet);
		return this;
	}

	close(done: Close[0]): void {
		done();
	}
}

/** The packet in a file; `undefined` for one whose writing was cut off. */
function packetIn(path: string): Packet | undefined {
	try {
		return JSON.parse(readFileSync(path, "utf8")) as Packet;
	} catch {
		return undefined;
	}
}

/** The numbers that a store in a folder has, as its packets' payloads. */
export function numbersInStore(folder: string): number[] {
	const packets = readdirSync(folder).map(
		(file) => packetIn(join(folder, file)) as IPublishPacket | undefined,
	);
	return packets.flatMap((packet) => (packet?.cmd === "publish" ? [Number(packet.payload)] : []));
}
