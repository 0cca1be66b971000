import type { Oversize, Piece, Publish, Subscription } from "./packet.js";

/** The part of the session state that must outlive a network connection (4.1): a packet, by its `order`. */
export interface SessionRecord {
	readonly order: number;
	/** PUBLISH or PUBREL that the broker has not answered, or PUBREC of a message it has not released. */
	readonly packet: Uint8Array;
	/** The message's, if it has one. */
	readonly tag?: string | undefined;
}

/** Why a session closes its connection, for programs; docs/events.md says what each means. */
export type SessionCode =
	| "no-connack"
	| "no-suback"
	| "no-unsuback"
	| "no-puback"
	| "no-pubrec"
	| "no-pubcomp"
	| "no-pingresp"
	| "protocol-version-refused"
	| "client-id-refused"
	| "broker-unavailable"
	| "bad-credentials"
	| "not-authorized"
	| "protocol-violation";

/**
 * What to do next. Outputs are to be done in order, but for what `nextRecord` gives, and asking for
 * the next one says that the last one is done: a record is durable before the packet it belongs to
 * leaves, and a message is in the program's hands before its acknowledgement leaves [MQTT-4.3.2-2].
 */
export type Output =
	/** Send these bytes, all of them. */
	| { kind: "transmit"; bytes: Uint8Array }
	/** Keep this record; give it back as `SessionOptions.records`. */
	| { kind: "store"; record: SessionRecord }
	/** Forget the record of this order. */
	| { kind: "discard"; order: number }
	/** The broker accepted the connection: subscribe now, publish from now on. */
	| { kind: "connected"; sessionPresent: boolean }
	/** The broker answered a SUBSCRIBE: a granted QoS or `SUBSCRIPTION_FAILURE` for each. */
	| { kind: "subscribed"; subscriptions: readonly Subscription[]; returnCodes: readonly number[] }
	/** The broker answered an UNSUBSCRIBE; messages that were on their way may still have come before. */
	| { kind: "unsubscribed"; filters: readonly string[] }
	/** The broker has the message that `publish` gave this id. */
	| { kind: "acknowledged"; id: number; tag: string | undefined }
	/** This message was given up without an answer to it; it may have arrived all the same. */
	| {
			kind: "undeliverable";
			message: Publish;
			code: "given-up" | "session-ended";
			reason: string;
			tag: string | undefined;
	  }
	/** A message arrived. */
	| Publish
	/** A message begins that is larger than the receive buffer. */
	| Oversize
	/** The message goes on, where pieces are wanted. When the connection is lost before the last piece, the rest never comes. */
	| Piece
	/** Close the network connection. Without a code and a reason: it was wanted. Only what a clean session gives up follows. */
	| { kind: "closed"; code?: undefined; reason?: undefined }
	| { kind: "closed"; code: SessionCode; reason: string };
