import type { SessionCode } from "./mqtt/output.js";

/**
 * States of the link to the broker. `securing`: TLS handshake. `handshaking`: CONNECT is sent. `online`: the broker
 * accepted it (CONNACK); subscriptions may be refused. `backoff`: waits before the next try.
 */
export type LinkState =
	| "offline"
	| "resolving"
	| "connecting"
	| "securing"
	| "handshaking"
	| "online"
	| "backoff";

/** What broke the link, for programs; docs/events.md says what each means. */
export type LinkCode =
	| "name-not-resolved"
	| "no-network"
	| "host-unreachable"
	| "connection-refused"
	| "connection-failed"
	| "connection-lost"
	| "closed-by-broker"
	| "preparation-failed"
	| "expired"
	| "timeout-preparing"
	| "timeout-resolving"
	| "timeout-connecting"
	| "timeout-securing"
	| "timeout-provisional"
	| "certificate-expired"
	| "certificate-not-yet-valid"
	| "certificate-revoked"
	| "certificate-untrusted"
	| "certificate-wrong-name"
	| "client-certificate-wanted"
	| "client-certificate-refused"
	| "tls-version-refused"
	| "tls-failed"
	| "websocket-refused"
	| "other-protocol"
	| SessionCode;

/** Why a message is refused, for programs. */
export type RefusalCode =
	| "empty"
	| "too-large"
	| "not-utf-8"
	| "not-json"
	| "not-an-object"
	| "too-deep"
	| "unknown-command"
	| "wrong-argument"
	| "retained-action"
	| "retained-again"
	| "unsubscribed-topic"
	| "subscription-refused"
	| "given-up"
	| "session-ended"
	| "wrong-answer"
	| "never-sent";

/** What failed in the storage, for programs. */
export type StorageCode = "storage-unreadable" | "storage-unwritable";

/** Why a message is refused, for programs and for people. */
export interface Refusal {
	readonly code: RefusalCode;
	readonly reason: string;
}

/**
 * How a command went, in the words of HTTP: 200 done, 400 malformed, 404 unknown, 408 expired, 409 an older order, 500
 * failed or interrupted.
 */
export interface Outcome {
	readonly status: number;
	/** What it answers, or `{ reason }` why it is not done. */
	readonly payload?: object | undefined;
}

/** The network below the link: `joining` also is getting an address. */
export type NetworkState = "down" | "joining" | "up";

/** What a device tells about itself while it runs. */
export type DeviceEvent =
	/** The network of a device that joins one itself changed. `address`: its own; `reason`: why there is none. */
	| { event: "network"; state: NetworkState; ssid: string; address?: string; reason?: string }
	/** The link changed. `code`, `reason` where something went wrong; `delay`: milliseconds to the next try. */
	| { event: "link"; state: LinkState; code?: LinkCode; reason?: string; delay?: number }
	/** A telemetry message was handed over for sending. */
	| { event: "telemetry"; payload: TelemetryPayload }
	/** A command was obeyed. `by`: who decided, where the message says so. */
	| { event: "command"; payload: Record<string, unknown>; by?: string }
	/** The LED was switched. */
	| { event: "led"; on: boolean }
	/**
	 * A message was not obeyed (`payload`: at most 200 characters of it), a subscription was refused (`topic`: its filter),
	 * or a message of the device's own was given up.
	 */
	| { event: "refused"; topic: string; code: RefusalCode; reason: string; payload: string }
	/** The storage failed; what it should have kept lives in memory only. */
	| { event: "storage"; code: StorageCode; reason: string }
	/** A command with an id was answered. */
	| { event: "response"; id: string; status: number; payload?: object }
	/** The device decides itself about its LED, or does so no longer, because it is offline, no server is heard of, or a command came. */
	| { event: "fallback"; active: boolean; reason: "offline" | "silent" | "command" }
	/**
	 * Readings that wait for their answer: how many, and the characters of their payloads. Since the start: how many
	 * were dropped, because the outbox was full or they were too old; set aside, because the broker closes the
	 * connection on them; lost, because the storage was damaged. At most once a second.
	 */
	| {
			event: "outbox";
			pending: number;
			bytes: number;
			dropped: number;
			setAside: number;
			lost: number;
	  };

/**
 * Readings by sensor name, and the time of measurement when the configuration asks for it. From an outbox also `late`,
 * for what is not the newest reading, and `seq`, `stream`, `base`, which the server answers.
 */
export type TelemetryPayload = Record<string, number | string | boolean>;
