import { LONGEST_PACKET } from "./packet.js";

/** Where MQTT 3.1.1 leaves a choice, or a real broker takes one of its own. */
export interface BrokerWays {
	/**
	 * A message that matches several filters of a client [MQTT-3.3.5-1]: `highest` sends one copy with the
	 * highest QoS granted, `each` one for each filter. Mosquitto's `first` sends one copy with the QoS of
	 * the filter it finds first: literal levels before `+` before `#`, and `a/#` before `a`; for a client
	 * that is away, the first with a QoS other than 0.
	 */
	readonly overlapping: "highest" | "each" | "first";
	/** When a message with QoS 2 goes on: at its PUBREL, or at its PUBLISH (4.3.3, methods A and B). */
	readonly exactlyOnce: "release" | "publish";
	/**
	 * The will of a client that another connection took over: the standard publishes it [MQTT-3.1.2-8],
	 * Mosquitto's `unless persistent` only if the session of the old or of the new connection is clean.
	 */
	readonly takeoverWill: "always" | "unless persistent";
	/** How many messages with QoS 1 and 2 may be on their way to a client at one time, 1-65535. */
	readonly inFlight: number;
	/** How many more may wait for a client; what comes when so many do is dropped, and told. */
	readonly queue: number;
	/** The longest packet it takes, in bytes of Remaining Length. */
	readonly longestPacket: number;
	/** How long a connection may be without CONNECT, in milliseconds (3.1.4). */
	readonly connectTimeout: number;
}

/** The standard's ways, without bounds of its own. */
export const STANDARD_WAYS: BrokerWays = Object.freeze({
	overlapping: "highest",
	exactlyOnce: "release",
	takeoverWill: "always",
	inFlight: 65_535,
	queue: Number.POSITIVE_INFINITY,
	longestPacket: LONGEST_PACKET,
	connectTimeout: 10_000,
});

/** The ways of Mosquitto 2.0.11 as it comes, in which it differs from the standard's. */
export const MOSQUITTO_WAYS: BrokerWays = Object.freeze({
	...STANDARD_WAYS,
	overlapping: "first",
	takeoverWill: "unless persistent",
	inFlight: 20,
	queue: 1000,
});

/**
 * @throws RangeError if a bound cannot be kept
 */
export function waysOf(ways: Partial<BrokerWays> = {}): BrokerWays {
	const all = { ...STANDARD_WAYS, ...ways };
	const { inFlight, queue } = all;
	if (!(Number.isInteger(inFlight) && inFlight >= 1 && inFlight <= 65_535)) {
		throw new RangeError(`inFlight: ${inFlight}, not 1-65535`);
	}
	if (!(queue >= 0)) throw new RangeError(`queue: ${queue}, not 0 or more`);
	return all;
}
