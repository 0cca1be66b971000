import type { BrokerEvent } from "./events.js";
import type { Message, QoS } from "./packet.js";
import { Retained } from "./retained.js";
import { Session } from "./session.js";
import { type Route, Subscriptions } from "./subscriptions.js";
import type { BrokerWays } from "./ways.js";

const lower = (one: QoS, other: QoS): QoS => (one < other ? one : other);

/** The sessions, what they are subscribed to, and the way of a message to them. */
export class Exchange {
	readonly #ways: BrokerWays;
	readonly #tell: (event: BrokerEvent) => void;
	readonly #onMessage: (message: Message) => void;
	readonly #sessions = new Map<string, Session>();
	readonly #subscriptions: Subscriptions<Session>;
	readonly #retained = new Retained();
	#named = 0;

	constructor(ways: BrokerWays, tell: (event: BrokerEvent) => void, onMessage: (message: Message) => void) {
		this.#onMessage = onMessage;
		this.#ways = ways;
		this.#tell = tell;
		this.#subscriptions = new Subscriptions(ways.overlapping);
	}

	get sessions(): Iterable<Session> {
		return this.#sessions.values();
	}

	/** Subscriptions of all sessions. */
	get subscriptions(): number {
		return this.#subscriptions.size;
	}

	get retained(): number {
		return this.#retained.size;
	}

	/** A name for a client that has none, which no other has [MQTT-3.1.3-6]. */
	newClient(): string {
		do this.#named++;
		while (this.#sessions.has(`auto-${this.#named}`));
		return `auto-${this.#named}`;
	}

	session(client: string): Session | undefined {
		return this.#sessions.get(client);
	}

	/** The session that a client goes on with: the one there is, or a new one [MQTT-3.1.2-4] [MQTT-3.1.2-6]. */
	open(client: string, isClean: boolean): { readonly session: Session; readonly isPresent: boolean } {
		const kept = this.#sessions.get(client);
		if (kept !== undefined && !isClean) return { session: kept, isPresent: true };
		if (kept !== undefined) this.#end(kept);
		const session = new Session(client, isClean, this.#ways);
		this.#sessions.set(client, session);
		return { session, isPresent: false };
	}

	/** The client is gone; a clean session ends with it. */
	leave(session: Session): void {
		session.owner = undefined;
		session.outbound.pause();
		if (session.isClean) this.#end(session);
	}

	subscribe(session: Session, filter: string, qos: QoS): void {
		session.filters.add(filter);
		this.#subscriptions.add(filter, session, qos);
	}

	unsubscribe(session: Session, filter: string): void {
		if (session.filters.delete(filter)) this.#subscriptions.remove(filter, session);
	}

	/** Sends a session the retained messages of a subscription it has just made [MQTT-3.3.1-6] [MQTT-3.3.1-8]. */
	sendRetained(session: Session, filter: string, granted: QoS): void {
		for (const message of this.#retained.matching(filter)) this.#deliver(session, message, granted, true);
	}

	/** Sends a message to all who have subscribed to its topic, and keeps it if it is to be retained. */
	publish(message: Message): void {
		this.#onMessage(message);
		if (message.retain) this.#retained.keep(message);
		const routes = this.#subscriptions.route(message.topic);
		for (let index = 0; index < routes.length; index++) {
			const { subscriber, qos, qosAway } = routes[index] as Route<Session>;
			// The flag tells what was retained from what is new [MQTT-3.3.1-9].
			this.#deliver(subscriber, message, subscriber.outbound.isPaused ? qosAway : qos, false);
		}
	}

	/** Forgets sessions and retained messages. */
	clear(): void {
		for (const session of [...this.#sessions.values()]) this.#end(session);
		this.#retained.clear();
	}

	#deliver(session: Session, message: Message, granted: QoS, retain: boolean): void {
		if (session.outbound.deliver(message, lower(message.qos, granted), retain)) return;
		this.#tell({ event: "dropped", client: session.client, topic: message.topic });
	}

	#end(session: Session): void {
		for (const filter of session.filters) this.#subscriptions.remove(filter, session);
		this.#sessions.delete(session.client);
	}
}
