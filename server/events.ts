import type { Command } from "./rule.js";
import type { StoreTrouble } from "./store/store.js";
import type { PayloadCode, Telemetry } from "./telemetry.js";
import type { TlsCode } from "./tls-reason.js";

/**
 * States of the server's link to the broker. `online` means connected *and*
 * subscribed: from then on no message is missed. `backoff` waits before the
 * next try. `offline` comes last, when the server was stopped.
 */
export type ServerLinkState = "connecting" | "online" | "backoff" | "offline";

/** What broke the link, for programs; docs/events.md says what each means. */
export type ServerLinkCode =
	| "name-not-resolved"
	| "no-network"
	| "host-unreachable"
	| "connection-refused"
	| "connection-failed"
	| "connection-lost"
	| "closed-by-broker"
	| "timeout-connecting"
	| "timeout-securing"
	| TlsCode
	| "websocket-refused"
	| "other-protocol"
	| "no-connack"
	| "no-suback"
	| "no-pingresp"
	| "protocol-version-refused"
	| "client-id-refused"
	| "broker-unavailable"
	| "bad-credentials"
	| "not-authorized"
	| "subscription-refused"
	| "packet-too-large"
	| "protocol-violation";

/** Why a message is refused, for programs. */
export type ServerRefusalCode =
	| "unsubscribed-topic"
	| "subscription-refused"
	| "retained-reading"
	| "retained-order"
	| "wrong-order"
	| "too-many-orders"
	| "unknown-group"
	| "wrong-response"
	| PayloadCode;

/** What broke the link, for programs and for people. */
export interface LinkFailure {
	readonly code: ServerLinkCode;
	readonly reason: string;
}

/** What the server tells of readings that a device numbers. */
export type StreamEvent =
	/** The first one of a stream came: the device's store is new, or the server's. */
	| { event: "stream"; device: string; stream: string; base: number }
	/** One came that is stored, or that the device had given up. */
	| { event: "duplicate"; device: string; stream: string; seq: number; through: number }
	/** Those between `through` and `seq` were lost on the way: the device sends again from there. */
	| { event: "gap"; device: string; stream: string; seq: number; through: number }
	/** The device was told that each one up to `through` is stored or given up. */
	| { event: "acknowledged"; device: string; stream: string; through: number };

/**
 * How the server's store does: `failed`, it cannot take readings now, which wait unacknowledged while it is tried again;
 * `working`, it has taken those that waited. `code`, `reason`: why it failed.
 */
export interface StoreEvent {
	readonly event: "store";
	readonly state: "failed" | "working";
	readonly code?: StoreTrouble;
	readonly reason?: string;
}

/** What became of an order for a device. */
export interface OrderEvent {
	readonly event: "order";
	readonly device: string;
	readonly id: string;
	/**
	 * `accepted`: it is kept, and its sender knows; `sent`, perhaps again; and how it ended: `answered` by the device,
	 * `replaced` by a newer one, `expired`.
	 */
	readonly state: "accepted" | "sent" | "answered" | "replaced" | "expired";
	/** Once it ended: as in HTTP. */
	readonly status?: number;
}

/** What a rule of the rule file has decided, told when that changes, and when a sensor gets or loses its vote. */
export interface DecisionEvent {
	readonly event: "decision";
	/** Its name. */
	readonly rule: string;
	/** Whether the LEDs that it commands are to be on; left out before the first decision. */
	readonly on?: boolean;
	/** How many sensors are for on, and for off, and how many have no vote. */
	readonly votes: { readonly on: number; readonly off: number; readonly silent: number };
	/** Of what the sensors with a vote have measured; left out if there are none. */
	readonly median?: number;
	/** `votes`: they decided; `quorum`: there are too few; `minimum-time`: the LED must stay as it is for a while. */
	readonly reason: "votes" | "quorum" | "minimum-time";
}

/** What became of a rule file that was read again. */
export interface RulesEvent {
	readonly event: "rules";
	/** `loaded`: its rules are in force; `refused`: those from before go on. */
	readonly state: "loaded" | "refused";
	/** What is wrong with it. */
	readonly code?: "wrong-rules";
	readonly reason?: string;
}

/** What the server tells about itself while it runs. */
export type ServerEvent =
	/** The link changed. `code`, `reason`: what went wrong; `delay`: milliseconds to the next try. */
	| { event: "link"; state: ServerLinkState; code?: ServerLinkCode; reason?: string; delay?: number }
	/** A valid telemetry message came from `device`. */
	| { event: "received"; device: string; topic: string; payload: Telemetry }
	/** A command to `device` was handed to the connection. */
	| { event: "sent"; device: string; topic: string; payload: Command }
	| StreamEvent
	| StoreEvent
	| OrderEvent
	| DecisionEvent
	| RulesEvent
	/** Another server with this name began later, in milliseconds since 1970: this one stops. */
	| { event: "superseded"; name: string; since: number }
	/** A message was not as expected and was dropped, or the broker refuses a subscription; `payload` and `topic` are cut at 200 characters. */
	| {
			event: "refused";
			device?: string;
			topic: string;
			code: ServerRefusalCode;
			reason: string;
			payload: string;
	  };
