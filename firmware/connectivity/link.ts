import type { Endpoint } from "../endpoint.js";
import type { LinkCode, LinkState } from "../events.js";
import { elapsed } from "../mqtt/answer-time.js";

/** What can happen to the link. */
export type LinkEvent =
	| "start"
	| "resolved"
	| "connected"
	| "opened"
	/** CONNACK has come. */
	| "accepted"
	/** The connection has ended so that another one may follow at once. */
	| "next"
	| "failed"
	| "waited"
	| "stop";

const TRANSITIONS: Readonly<Record<LinkState, Readonly<Partial<Record<LinkEvent, LinkState>>>>> =
	Object.freeze({
		offline: { start: "resolving" },
		resolving: { resolved: "connecting", failed: "backoff", stop: "offline" },
		connecting: { connected: "securing", opened: "handshaking", failed: "backoff", stop: "offline" },
		securing: { opened: "handshaking", failed: "backoff", stop: "offline" },
		handshaking: { accepted: "online", next: "resolving", failed: "backoff", stop: "offline" },
		online: { next: "resolving", failed: "backoff", stop: "offline" },
		backoff: { waited: "resolving", stop: "offline" },
	});

/** The state after `event`; `undefined` when the event means nothing in `state`. */
export const nextState = (state: LinkState, event: LinkEvent): LinkState | undefined =>
	TRANSITIONS[state][event];

/** In milliseconds. */
export const LIMIT = Object.freeze({
	/** Before a device stops, answers are awaited no longer; and a clean disconnect takes no longer before the connection is cut. */
	STOP_TIMEOUT: 500,
	/** How long answers are awaited at most before the device leaves a connection to connect again. */
	DRAIN_TIMEOUT: 2000,
	/** An endpoint must still be valid as long when the broker accepts the device: else it would be left at once, without end. */
	LEAST_VALIDITY: 1000,
});

/** How far a connection has ended that is to end. */
export const Leaving = Object.freeze({
	/** Nothing is taken any more; what is under way is waited for. */
	DRAINING: 1,
	/** DISCONNECT is on its way. */
	PARTING: 2,
	/** It is closed: the next one may begin. */
	LEFT: 3,
	/** It is closed for good. */
	FINISHED: 4,
});

/**
 * What takes too long in a state that has a deadline of its own. Beside it, in `handshaking` and `online`, the
 * MQTT session has its deadlines: CONNACK, SUBACK, PINGRESP.
 */
const SLOW: Readonly<Partial<Record<LinkState, readonly [code: LinkCode, what: string]>>> = Object.freeze({
	resolving: Object.freeze(["timeout-resolving", "resolving the name"] as const),
	connecting: Object.freeze(["timeout-connecting", "opening the connection"] as const),
	securing: Object.freeze(["timeout-securing", "securing the connection with TLS"] as const),
	handshaking: Object.freeze(["timeout-provisional", "the provisional connection"] as const),
});

const UNPREPARED = Object.freeze(["timeout-preparing", "preparing the connection"] as const);

/** What a state took too long for. @param isPrepared whether the profile has said where to connect */
export const overdue = (state: LinkState, isPrepared: boolean): readonly [code: LinkCode, what: string] =>
	(isPrepared && SLOW[state]) || UNPREPARED;

/** Whether what a connection was prepared with is no longer valid for as long as it must be. */
export const hasExpired = ({ validUntil }: Pick<Endpoint, "validUntil">, now: number): boolean =>
	validUntil !== undefined && elapsed(validUntil, now) < LIMIT.LEAST_VALIDITY;

export const EXPIRED = Object.freeze([
	"expired",
	"what the connection was prepared with has expired",
] as const);
