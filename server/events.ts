import type { Command } from "./rule.js";
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
export type ServerRefusalCode = "unsubscribed-topic" | "retained-reading" | PayloadCode;

/** What broke the link, for programs and for people. */
export interface LinkFailure {
	readonly code: ServerLinkCode;
	readonly reason: string;
}

/** What the server tells about itself while it runs. */
export type ServerEvent =
	/** The link changed. `code`, `reason`: what went wrong; `delay`: milliseconds to the next try. */
	| { event: "link"; state: ServerLinkState; code?: ServerLinkCode; reason?: string; delay?: number }
	/** A valid telemetry message came from `device`. */
	| { event: "received"; device: string; topic: string; payload: Telemetry }
	/** A command to `device` was handed to the connection. */
	| { event: "sent"; device: string; topic: string; payload: Command }
	/** A message was not as expected and was dropped; `payload` and `topic` are cut at 200 characters. */
	| {
			event: "refused";
			device?: string;
			topic: string;
			code: ServerRefusalCode;
			reason: string;
			payload: string;
	  };
