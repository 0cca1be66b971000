import type { Config } from "./config.js";
import type { LinkCode, Refusal } from "./events.js";
import type { ConnectOptions, Message, Subscription } from "./mqtt/packet.js";

/** A subscription, and what takes its messages. */
export interface Listener extends Subscription {
	/**
	 * Takes a message. Returns why it is refused, if it is.
	 * @param payload valid until this returns
	 * @param isStored whether the broker had stored it, and delivers it because of the subscription
	 */
	receive(topic: string, payload: Uint8Array, isStored: boolean): Refusal | undefined;
}

/** Where a device connects next, and as whom. */
export interface Endpoint {
	readonly broker: Config["broker"];
	/**
	 * CONNECT. The session and its stored records belong to the client id: another one begins without them.
	 * Whether sessions are clean is the same for all connections of a device but provisional ones.
	 */
	readonly connect: ConnectOptions;
	/**
	 * Until when this holds, by the host's `now()`, so that a step of the wall clock changes nothing: at least a
	 * second, at most 2 ** 31 - 1 ms ahead; for ever when absent. The connection then ends cleanly and is made anew.
	 */
	readonly validUntil?: number | undefined;
	/** Makes the connection a provisional one: a step on the way to another host. */
	readonly provisional?: Provisional | undefined;
}

/**
 * A connection that only its profile uses, to learn where to connect to, or as whom. The program is not told of
 * it, its session is clean, and the link is not online.
 */
export interface Provisional {
	readonly subscriptions: readonly Listener[];
	/** Milliseconds that it may take in all. */
	readonly timeout: number;
	/**
	 * The broker accepted the device, and has been sent the subscriptions. Returns the first messages. Both functions
	 * do nothing when the connection is over.
	 * @param publish hands more messages over, all or none; whether they were taken
	 * @param proceed ends the connection and prepares the next one at once; after a pause when there is a reason:
	 * the step failed
	 */
	online(
		publish: (messages: readonly Message[]) => boolean,
		proceed: (reason?: string) => void,
	): readonly Message[];
}

/** What became of a message that a listener took. */
export interface Response {
	/** The message's topic. */
	readonly topic: string;
	/** Why it was refused; `undefined`: it was not. */
	readonly refused: Refusal | undefined;
}

/** What a connection wants of a profile. */
export interface ConnectionProfile {
	/**
	 * Says through `done`, at once or later, where to connect and as whom; text says why that is not known, and the
	 * link backs off. Called for each try. An answer after `reconnect.timeout`, or a second one, does nothing.
	 * @param attempt failures in a row before this try
	 * @param now the host's `now()`
	 * @param date milliseconds since 1970, `undefined` while the wall clock is not set
	 */
	prepare(
		attempt: number,
		now: number,
		date: number | undefined,
		done: (answer: Endpoint | string) => void,
	): void;
	/** Subscribed to at each connect. A message goes to the first listener whose filter it matches. */
	readonly subscriptions: readonly Listener[];
	/** The first messages of each connection. */
	online(): readonly Message[];
	/** The last messages before a clean disconnect. */
	farewell(): readonly Message[];
	/** How long to wait after a failure, in place of `reconnect`'s times: called once for each. */
	backoff?(attempt: number, jitter: number): number;
	/** What is likely behind a failure, for people. @param date milliseconds since 1970, if the clock is set */
	hint?(code: LinkCode, date: number | undefined): string | undefined;
	/** The answer to a message, if there is one. Absent: there are none. */
	response?(response: Response): readonly Message[];
}

/** What a connection tells the program. */
export interface ConnectionCallbacks {
	/** The broker has accepted the device and been sent the profile's greetings: publish. Called on every connect. */
	onOnline: () => void;
	/** The broker can no longer be reached, or the connection ends: what is published is not taken any more. */
	onOffline: () => void;
	/** The broker has the message with this tag. */
	onAcknowledged?: (tag: string) => void;
	/**
	 * The message with this tag is not sent again: it was given up, or it was of a clean session, which ended with the
	 * connection. It may have arrived all the same.
	 */
	onUndeliverable?: (tag: string, isGivenUp: boolean) => void;
}
