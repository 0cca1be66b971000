import type { QoS } from "./packet.js";
import { isReserved } from "./topics.js";
import type { BrokerWays } from "./ways.js";

/** To whom a message goes, and with which QoS at most. */
export interface Route<Subscriber> {
	readonly subscriber: Subscriber;
	qos: QoS;
	/** The same while the subscriber is away, and a message with QoS 0 would be lost. */
	qosAway: QoS;
}

/** A level of the tree of all filters. */
interface Level<Subscriber> {
	readonly children: Map<string, Level<Subscriber>>;
	readonly subscribers: Map<Subscriber, QoS>;
}

const newLevel = <Subscriber>(): Level<Subscriber> => ({ children: new Map(), subscribers: new Map() });

/** Routes are remembered for so many topics. */
const REMEMBERED = 4096;

/** Who has subscribed to what. */
export class Subscriptions<Subscriber> {
	readonly #overlapping: BrokerWays["overlapping"];
	readonly #root = newLevel<Subscriber>();
	/** By topic, until a subscription changes. */
	readonly #routes = new Map<string, readonly Route<Subscriber>[]>();
	#size = 0;

	constructor(overlapping: BrokerWays["overlapping"]) {
		this.#overlapping = overlapping;
	}

	/** How many subscriptions there are. */
	get size(): number {
		return this.#size;
	}

	/** Adds a subscription, or replaces the one with the same filter [MQTT-3.8.4-3]. */
	add(filter: string, subscriber: Subscriber, qos: QoS): void {
		let level = this.#root;
		for (const name of filter.split("/")) {
			let child = level.children.get(name);
			if (child === undefined) {
				child = newLevel();
				level.children.set(name, child);
			}
			level = child;
		}
		const before = level.subscribers.get(subscriber);
		// Whoever subscribes again on each connection leaves the routes as they are.
		if (before === qos) return;
		if (before === undefined) this.#size++;
		level.subscribers.set(subscriber, qos);
		this.#routes.clear();
	}

	/** Removes a subscription, if there is one with that filter, to the character [MQTT-3.10.4-1]. */
	remove(filter: string, subscriber: Subscriber): void {
		this.#removeBelow(this.#root, filter.split("/"), 0, subscriber);
		this.#routes.clear();
	}

	/** Where messages of a topic go. */
	route(topic: string): readonly Route<Subscriber>[] {
		const known = this.#routes.get(topic);
		if (known !== undefined) return known;
		const routes: Route<Subscriber>[] = [];
		this.#search(this.#root, topic.split("/"), 0, isReserved(topic), routes);
		if (this.#routes.size >= REMEMBERED) this.#routes.clear();
		this.#routes.set(topic, routes);
		return routes;
	}

	/** In the order of `BrokerWays.overlapping`'s `first`. */
	#search(
		level: Level<Subscriber>,
		names: readonly string[],
		depth: number,
		isReserved: boolean,
		routes: Route<Subscriber>[],
	): void {
		const name = names[depth];
		if (name !== undefined) {
			this.#descend(level.children.get(name), names, depth, routes);
			if (!isReserved) this.#descend(level.children.get("+"), names, depth, routes);
		}
		if (!isReserved) this.#collect(level.children.get("#"), routes);
	}

	#descend(
		level: Level<Subscriber> | undefined,
		names: readonly string[],
		depth: number,
		routes: Route<Subscriber>[],
	): void {
		if (level === undefined) return;
		this.#search(level, names, depth + 1, false, routes);
		if (depth + 1 === names.length) this.#collect(level, routes);
	}

	#collect(level: Level<Subscriber> | undefined, routes: Route<Subscriber>[]): void {
		if (level === undefined) return;
		for (const [subscriber, qos] of level.subscribers) {
			const found =
				this.#overlapping === "each" ? undefined : routes.find((route) => route.subscriber === subscriber);
			if (found === undefined) routes.push({ subscriber, qos, qosAway: qos });
			else if (this.#overlapping === "first") found.qosAway ||= qos;
			else if (qos > found.qos) found.qos = found.qosAway = qos;
		}
	}

	#removeBelow(
		level: Level<Subscriber>,
		names: readonly string[],
		depth: number,
		subscriber: Subscriber,
	): void {
		const name = names[depth];
		if (name === undefined) {
			if (level.subscribers.delete(subscriber)) this.#size--;
			return;
		}
		const child = level.children.get(name);
		if (child === undefined) return;
		this.#removeBelow(child, names, depth + 1, subscriber);
		if (child.subscribers.size === 0 && child.children.size === 0) level.children.delete(name);
	}
}
