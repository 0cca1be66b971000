import { Outbound } from "./outbound.js";
import type { Message } from "./packet.js";
import type { BrokerWays } from "./ways.js";

/** The connection a session belongs to just now. */
export interface Owner {
	/** Another connection has come for the client. */
	takeOver(isClean: boolean): void;
}

/** What the server keeps of a client (3.1.2.4). */
export class Session {
	readonly client: string;
	/** Whether it ends with its connection. */
	readonly isClean: boolean;
	owner: Owner | undefined;
	readonly filters = new Set<string>();
	readonly outbound: Outbound;
	/** By packet id, what came with QoS 2 and was not released; `undefined` when it has gone on already. */
	readonly #received = new Map<number, Message | undefined>();

	constructor(client: string, isClean: boolean, ways: BrokerWays) {
		this.client = client;
		this.isClean = isClean;
		this.outbound = new Outbound(ways.inFlight, ways.queue);
	}

	/** Messages with QoS 2 that came and were not released. */
	get unreleased(): number {
		return this.#received.size;
	}

	/** PUBLISH with QoS 2 came. Returns whether it is new, not a repetition [MQTT-4.3.3-2]. */
	receive(id: number, message: Message | undefined): boolean {
		if (this.#received.has(id)) return false;
		this.#received.set(id, message);
		return true;
	}

	/** PUBREL came. Returns the message that goes on now, if one does. */
	release(id: number): Message | undefined {
		const message = this.#received.get(id);
		this.#received.delete(id);
		return message;
	}
}
