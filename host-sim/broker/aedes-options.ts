import type { AedesOptions } from "aedes";
import { DEFAULT_MAX_PACKET } from "../../server/packet-scanner.js";
import type { Gate } from "./gate.js";
import type { Users } from "./password-file.js";
import { makePersistence } from "./persistence.js";

/** Every duration and limit of the broker; durations in milliseconds. */
export interface BrokerLimits {
	/** How long a connection may wait with its CONNECT. */
	readonly connectTimeout: number;
	/** How long a client may take nothing that was sent to it. Until then it can hold up the others. */
	readonly drainTimeout: number;
	/** Messages of QoS 2 a client may have begun and not finished. */
	readonly maxInflightInbound: number;
	/** Bytes of the largest packet of a client; the connection of one that begins a larger one is closed. */
	readonly maxPacket: number;
	/** Connections at one time, of each listener. */
	readonly maxConnections: number;
	/** How long clients may take to be closed when stopping. */
	readonly stopGrace: number;
}

/** The limits in use when nothing else is said. */
export const LIMITS: BrokerLimits = Object.freeze({
	connectTimeout: 10_000,
	drainTimeout: 5_000,
	maxInflightInbound: 1_000,
	maxPacket: DEFAULT_MAX_PACKET,
	maxConnections: 10_000,
	stopGrace: 1_000,
});

/**
 * What an Aedes is made with; its own, as it holds what the broker knows.
 * @param users who may log in, anyone if left out
 * @param gate who may do what, by certificate; everybody everything if left out
 */
export const aedesOptions = (limits: BrokerLimits, users?: Users, gate?: Gate): AedesOptions => ({
	...(users !== undefined && { authenticate: authenticator(users) }),
	...gate?.hooks,
	persistence: makePersistence(),
	// With a limit, a client that takes nothing holds up all others, and once it is gone mqemitter hands on what has
	// queued up in one recursion, which overflows the stack.
	concurrency: 0,
	connectTimeout: limits.connectTimeout,
	drainTimeout: limits.drainTimeout,
	maxInflightInbound: limits.maxInflightInbound,
	authorizeForward: (client, packet) => {
		// Rights may have gone since it subscribed, and a session has subscriptions that were refused, too.
		if (gate !== undefined && !gate.mayRead(client, packet.topic)) return null;
		// Aedes 1.2.0 would hand on the DUP of the publisher.
		packet.dup = false;
		// It does not store a retained message that a subscription brings, finds none for its PUBREC in a
		// persistent session, and closes the connection: again and again. PUBACK it takes.
		if (packet.retain && packet.qos === 2 && !client.clean) packet.qos = 1;
		return packet;
	},
});

/** Lets in whom the users know. */
const authenticator =
	(users: Users): NonNullable<AedesOptions["authenticate"]> =>
	(_client, user, password, done) => {
		users.verify(user ?? "", password ?? new Uint8Array()).then(
			(isKnown) => {
				if (isKnown) done(null, true);
				else done(Object.assign(new Error("bad user name or password"), { returnCode: 4 }), false);
			},
			(error) => done(error, false),
		);
	};
