export type QoS = 0 | 1 | 2;

/** An application message. It keeps the bytes that came: what leaves is copied from them, never encoded anew. */
export interface Message {
	readonly topic: string;
	/** The topic as PUBLISH has it, its length in front, and behind it the payload. */
	readonly bytes: Uint8Array;
	/** Where in `bytes` the payload begins. */
	readonly payloadAt: number;
	readonly qos: QoS;
	readonly retain: boolean;
}

/** What a client did that the standard forbids; the connection is closed for it [MQTT-4.8.0-1]. */
export interface Violation {
	readonly kind: "violation";
	/** The statement, as `MQTT-3.1.0-1`, or the section where the standard has no number for it. */
	readonly clause: string;
	/** What it was, for a reader. */
	readonly detail: string;
}

/** CONNECT of MQTT 3.1.1 (3.1). */
export interface Connect {
	readonly kind: "connect";
	/** May be empty: the server then gives one. */
	readonly clientId: string;
	readonly clean: boolean;
	/** In seconds; 0 for none. */
	readonly keepAlive: number;
	readonly will: Message | undefined;
	readonly username: string | undefined;
	readonly password: Uint8Array | undefined;
}

/** CONNECT of another version: the rest of it cannot be read [MQTT-3.1.2-2]. */
export interface Unsupported {
	readonly kind: "unsupported";
	readonly level: number;
}

export interface Publish {
	readonly kind: "publish";
	readonly message: Message;
	/** 0 with QoS 0. */
	readonly id: number;
	readonly dup: boolean;
}

export type AcknowledgementKind = "puback" | "pubrec" | "pubrel" | "pubcomp";

export interface Acknowledgement {
	readonly kind: AcknowledgementKind;
	readonly id: number;
}

export interface Subscription {
	readonly filter: string;
	readonly qos: QoS;
}

export interface Subscribe {
	readonly kind: "subscribe";
	readonly id: number;
	/** At least one. */
	readonly subscriptions: readonly Subscription[];
}

export interface Unsubscribe {
	readonly kind: "unsubscribe";
	readonly id: number;
	/** At least one. */
	readonly filters: readonly string[];
}

/** PINGREQ or DISCONNECT. */
export interface Bare {
	readonly kind: "pingreq" | "disconnect";
}

/** What a client sends. */
export type Incoming =
	| Connect
	| Unsupported
	| Publish
	| Acknowledgement
	| Subscribe
	| Unsubscribe
	| Bare
	| Violation;

/** A packet type of 2.2.1, which the upper half of the first byte has. */
export const PacketType = Object.freeze({
	connect: 1,
	connack: 2,
	publish: 3,
	puback: 4,
	pubrec: 5,
	pubrel: 6,
	pubcomp: 7,
	subscribe: 8,
	suback: 9,
	unsubscribe: 10,
	unsuback: 11,
	pingreq: 12,
	pingresp: 13,
	disconnect: 14,
});

/** Return codes of CONNACK (3.2.2.3). */
export const ReturnCode = Object.freeze({
	accepted: 0,
	unacceptableLevel: 1,
	identifierRejected: 2,
	unavailable: 3,
	badLogin: 4,
	notAuthorized: 5,
});

/** The longest packet of the standard, in bytes of Remaining Length (2.2.3). */
export const LONGEST_PACKET = 268_435_455;

export const violation = (clause: string, detail: string): Violation => ({
	kind: "violation",
	clause,
	detail,
});
