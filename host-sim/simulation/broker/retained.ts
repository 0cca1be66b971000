import type { Message } from "./packet.js";
import { hasWildcard, matches } from "./topics.js";

/** The retained messages, the latest of each topic (3.3.1.3). */
export class Retained {
	readonly #messages = new Map<string, Message>();

	get size(): number {
		return this.#messages.size;
	}

	/** Keeps a message in place of its topic's last; one without a payload only clears it [MQTT-3.3.1-10]. */
	keep(message: Message): void {
		if (message.bytes.length === message.payloadAt) this.#messages.delete(message.topic);
		else this.#messages.set(message.topic, message);
	}

	/** Those that a new subscription is sent [MQTT-3.3.1-6]. */
	matching(filter: string): readonly Message[] {
		if (!hasWildcard(filter)) {
			const message = this.#messages.get(filter);
			return message === undefined ? [] : [message];
		}
		return [...this.#messages.values()].filter(({ topic }) => matches(filter, topic));
	}

	clear(): void {
		this.#messages.clear();
	}
}
