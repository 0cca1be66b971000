import type { LinkState } from "../events.js";

/** What can happen to the link. */
export type LinkEvent =
	| "start"
	| "resolved"
	| "connected"
	| "opened"
	| "accepted"
	| "failed"
	| "waited"
	| "stop";

const TRANSITIONS: Readonly<Record<LinkState, Readonly<Partial<Record<LinkEvent, LinkState>>>>> =
	Object.freeze({
		offline: { start: "resolving" },
		resolving: { resolved: "connecting", failed: "backoff", stop: "offline" },
		connecting: { connected: "securing", opened: "handshaking", failed: "backoff", stop: "offline" },
		securing: { opened: "handshaking", failed: "backoff", stop: "offline" },
		handshaking: { accepted: "online", failed: "backoff", stop: "offline" },
		online: { failed: "backoff", stop: "offline" },
		backoff: { waited: "resolving", stop: "offline" },
	});

/** The state after `event`; `undefined` when the event means nothing in `state`. */
export const nextState = (state: LinkState, event: LinkEvent): LinkState | undefined =>
	TRANSITIONS[state][event];

/**
 * What runs out in a state that has a deadline of its own. In `handshaking` and `online` the MQTT
 * session has the deadlines: CONNACK, SUBACK, PINGRESP.
 */
export const TIMEOUT_REASON: Readonly<Record<"resolving" | "connecting" | "securing", string>> =
	Object.freeze({
		resolving: "resolving the name",
		connecting: "opening the connection",
		securing: "securing the connection with TLS",
	});
