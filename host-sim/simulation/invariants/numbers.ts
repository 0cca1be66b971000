import type { SaidReading } from "./said-reading.js";

/** One stream, as a server is to see it. */
interface Stream {
	/** Up to here each number has come or never does; the same, as far as it is stored; `undefined`: nothing is. */
	through: number;
	stored: number | undefined;
	/** The highest number that came since the server began. */
	newest: number;
}

/** What a server is to do about a reading. */
export interface Expected {
	/** What it is to tell, in this order. */
	readonly told: readonly ("stream" | "duplicate" | "gap" | "received" | "sent")[];
	/** Whether it is the newest one of its device, so that a command follows. */
	readonly isNewest: boolean;
}

/** What numbers mean, by the words of docs/server.md alone. */
export class Numbers {
	readonly #streams = new Map<string, Stream>();

	/** A reading comes on a topic. */
	take(topic: string, { seq, stream: name, base, late = false }: SaidReading): Expected {
		if (seq === undefined || base === undefined) {
			return { told: late ? ["received"] : ["received", "sent"], isNewest: !late };
		}
		const key = `${topic} ${name}`;
		const known = this.#streams.get(key);
		const stream = known ?? { through: base - 1, stored: undefined, newest: 0 };
		this.#streams.set(key, stream);
		const isNewest = !late && seq > stream.newest;
		stream.newest = Math.max(stream.newest, seq);
		stream.through = Math.max(stream.through, base - 1);
		const standing = seq <= stream.through ? "duplicate" : seq > stream.through + 1 ? "gap" : undefined;
		if (standing === undefined) stream.through = seq;
		const told: Expected["told"][number][] = known === undefined ? ["stream"] : [];
		if (standing !== undefined) told.push(standing);
		if (standing === undefined || isNewest) told.push("received");
		if (isNewest) told.push("sent");
		return { told, isNewest };
	}

	/** The server stored what it had. */
	stored(): void {
		for (const stream of this.#streams.values()) stream.stored = stream.through;
	}

	/** The server forgot what it had not stored. */
	crashed(): void {
		for (const [key, stream] of this.#streams) {
			if (stream.stored === undefined) this.#streams.delete(key);
			else stream.through = stream.newest = stream.stored;
		}
	}
}
