import { ModelBroker, type OpenMessages } from "./broker/broker.js";
import type { BrokerEvent } from "./broker/events.js";
import type { BrokerFaults } from "./broker/faults.js";
import type { BrokerConnection, BrokerLink } from "./broker/link.js";
import type { Message, QoS } from "./broker/packet.js";
import type { BrokerWays } from "./broker/ways.js";
import type { Clock } from "./clock.js";
import type { TakenMessage } from "./invariants/invariant.js";
import { textOf } from "./text.js";
import type { BrokerException } from "./trace.js";

/** A world's broker. */
export interface WorldBroker {
	/** A network connection comes. */
	accept(link: BrokerLink): BrokerConnection;
	/**
	 * The broker's process ends: all connections are closed, no will is published. It can be used again at
	 * once, as the process that comes after.
	 * @param keepState whether persistent sessions and retained messages are still there
	 */
	crash(keepState: boolean): void;
	/** What is open between it and a client, if it can tell. */
	openOf?(client: string): OpenMessages;
}

/** What a world gives its broker. */
export interface BrokerParts {
	readonly clock: Clock;
	/** What it does wrong; changes while it runs. `admit` is left out: no world has logins. */
	readonly faults: Omit<BrokerFaults, "admit">;
	/** Hears all that is told, for the trace. */
	readonly onEvent: (event: BrokerEvent | BrokerException) => void;
	/** Hears each message that was taken over, wills included, before it goes to anyone. */
	readonly onMessage: (message: TakenMessage) => void;
}

/** The broker that a world has when nothing else is said. @param ways the standard's when absent */
export const modelBroker = ({ onMessage, ...parts }: BrokerParts, ways?: Partial<BrokerWays>): WorldBroker =>
	new ModelBroker({ ...parts, ways, onMessage: (message) => onMessage(new Taken(message)) });

/** A message as the model took it; its payload becomes text only for those who ask. */
class Taken implements TakenMessage {
	readonly topic: string;
	readonly qos: QoS;
	readonly retain: boolean;
	readonly #message: Message;
	#payload: string | undefined;

	constructor(message: Message) {
		this.topic = message.topic;
		this.qos = message.qos;
		this.retain = message.retain;
		this.#message = message;
	}

	get payload(): string {
		const { bytes, payloadAt } = this.#message;
		this.#payload ??= textOf(bytes.subarray(payloadAt));
		return this.#payload;
	}
}
