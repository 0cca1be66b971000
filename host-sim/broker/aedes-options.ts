import type { AedesOptions } from "aedes";
import { makePersistence } from "./persistence.js";

/** Every duration and limit of the broker; durations in milliseconds. */
export interface BrokerLimits {
	/** How long a connection may wait with its CONNECT. */
	readonly connectTimeout: number;
	/** How long a client may take nothing that was sent to it. Until then it can hold up the others. */
	readonly drainTimeout: number;
	/** Messages of QoS 2 a client may have begun and not finished. */
	readonly maxInflightInbound: number;
	/** Connections at one time. */
	readonly maxConnections: number;
	/** How long clients may take to be closed when stopping. */
	readonly stopGrace: number;
}

/** The limits in use when nothing else is said. */
export const LIMITS: BrokerLimits = Object.freeze({
	connectTimeout: 10_000,
	drainTimeout: 5_000,
	maxInflightInbound: 1_000,
	maxConnections: 10_000,
	stopGrace: 1_000,
});

/** What an Aedes is made with; its own, as it holds what the broker knows. */
export const aedesOptions = (limits: BrokerLimits): AedesOptions => ({
	persistence: makePersistence(),
	connectTimeout: limits.connectTimeout,
	drainTimeout: limits.drainTimeout,
	maxInflightInbound: limits.maxInflightInbound,
	authorizeForward: (client, packet) => {
		// Aedes 1.2.0 would hand on the DUP of the publisher.
		packet.dup = false;
		// It does not store a retained message that a subscription brings, finds none for its PUBREC in a
		// persistent session, and closes the connection: again and again. PUBACK it takes.
		if (packet.retain && packet.qos === 2 && !client.clean) packet.qos = 1;
		return packet;
	},
});
