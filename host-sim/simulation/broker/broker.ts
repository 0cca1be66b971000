import { Connection } from "./connection.js";
import type { BrokerEvent } from "./events.js";
import { Exchange } from "./exchange.js";
import type { BrokerFaults } from "./faults.js";
import type { BrokerClock, BrokerConnection, BrokerLink, Surroundings } from "./link.js";
import type { Message } from "./packet.js";
import { Turns } from "./turns.js";
import { type BrokerWays, waysOf } from "./ways.js";

export type { BrokerEvent, EndReason } from "./events.js";
export type { AnswerKind, BrokerFaults } from "./faults.js";
export type { BrokerClock, BrokerConnection, BrokerLink } from "./link.js";
export { type BrokerWays, MOSQUITTO_WAYS, STANDARD_WAYS } from "./ways.js";

/** What a broker is made with. */
export interface ModelBrokerOptions {
	readonly clock: BrokerClock;
	/** Where 3.1.1 leaves a choice, or a real broker differs; the standard's ways if left out. */
	readonly ways?: Partial<BrokerWays> | undefined;
	/** What it does wrong; may be changed while it runs. */
	readonly faults?: BrokerFaults | undefined;
	/** Hears all that is told, for the trace. */
	readonly onEvent?: ((event: BrokerEvent) => void) | undefined;
	/** Hears each message that was taken over, wills included, before it goes to anyone. */
	readonly onMessage?: ((message: Message) => void) | undefined;
}

/** What there is in a broker, for invariants. */
export interface BrokerState {
	/** Clients that are connected. */
	readonly clients: number;
	/** Sessions, those of connected clients included. */
	readonly sessions: number;
	/** Subscriptions of all sessions. */
	readonly subscriptions: number;
	/** Messages that a client has not taken over: sent and not acknowledged, or waiting. */
	readonly queued: number;
	/** Packet ids in use to clients. */
	readonly inFlight: number;
	/** Messages with QoS 2 that came and were not released. */
	readonly unreleased: number;
	/** Retained messages. */
	readonly retained: number;
}

/** Messages that were not acknowledged to their end. */
export interface OpenMessages {
	/** Sent and not acknowledged, or waiting. */
	readonly toClient: number;
	/** With QoS 2, that came and were not released. */
	readonly fromClient: number;
}

/**
 * An MQTT 3.1.1 server without IO, for worlds in virtual time: bytes in, bytes out, time an argument. The
 * same inputs lead to the same bytes. A link may call back at once: what it brings is worked on afterwards.
 */
export class ModelBroker {
	/** What it does wrong: set and unset its parts while it runs. */
	readonly faults: BrokerFaults;
	readonly #around: Surroundings;
	readonly #connections = new Set<Connection>();

	/** @throws RangeError if a way is a bound that cannot be kept */
	constructor({ clock, ways, faults = {}, onEvent = () => {}, onMessage = () => {} }: ModelBrokerOptions) {
		const all = waysOf(ways);
		this.faults = faults;
		this.#around = {
			clock,
			ways: all,
			faults,
			exchange: new Exchange(all, onEvent, onMessage),
			turns: new Turns(),
			tell: onEvent,
		};
	}

	/** A network connection comes. */
	accept(link: BrokerLink): BrokerConnection {
		const connection = new Connection(this.#around, link, (over) => this.#connections.delete(over));
		this.#connections.add(connection);
		if (this.faults.accept?.() === "close") connection.closeSoon();
		return connection;
	}

	/**
	 * The broker's process ends: all connections are closed, no will is published. It can be used again at
	 * once, as the process that comes after.
	 *
	 * @param keepState whether persistent sessions and retained messages are still there
	 */
	crash(keepState: boolean): void {
		this.#around.turns.take(() => {
			for (const connection of [...this.#connections]) connection.crash();
			if (!keepState) this.#around.exchange.clear();
		});
	}

	/** What is open between the broker and a client: of a client without a session nothing is. */
	openOf(client: string): OpenMessages {
		const session = this.#around.exchange.session(client);
		return { toClient: session?.outbound.size ?? 0, fromClient: session?.unreleased ?? 0 };
	}

	get state(): BrokerState {
		let clients = 0;
		let sessions = 0;
		let queued = 0;
		let inFlight = 0;
		let unreleased = 0;
		for (const connection of this.#connections) if (connection.isConnected) clients++;
		for (const session of this.#around.exchange.sessions) {
			sessions++;
			queued += session.outbound.size;
			inFlight += session.outbound.inFlight;
			unreleased += session.unreleased;
		}
		const { retained, subscriptions } = this.#around.exchange;
		return { clients, sessions, subscriptions, queued, inFlight, unreleased, retained };
	}
}
