/** MQTT 3.1.1 control packets, as far as both sides of a client see them (clause numbers: OASIS MQTT 3.1.1). */

/** Control packet types (2.2.1); the names are also ECMA-419's (§25). */
export const PacketType = Object.freeze({
	CONNECT: 1,
	CONNACK: 2,
	PUBLISH: 3,
	PUBACK: 4,
	PUBREC: 5,
	PUBREL: 6,
	PUBCOMP: 7,
	SUBSCRIBE: 8,
	SUBACK: 9,
	UNSUBSCRIBE: 10,
	UNSUBACK: 11,
	PINGREQ: 12,
	PINGRESP: 13,
	DISCONNECT: 14,
});

/**
 * A packet's name as the specification writes it: `CONNACK` for `connack`. By hand, as `toUpperCase` brings tables of
 * all scripts, 9 KB on a chip.
 * @param name letters from a to z
 */
export function capitals(name: string): string {
	let text = "";
	for (let index = 0; index < name.length; index++) text += String.fromCharCode(name.charCodeAt(index) - 32);
	return text;
}

/** The largest packet id (2.3.1); 0 is no id. */
export const MAX_PACKET_ID = 0xffff;
/** The largest Remaining Length (2.2.3). */
export const MAX_REMAINING_LENGTH = 0xfff_ffff;
/** The return code of a refused subscription (3.9.3). */
export const SUBSCRIPTION_FAILURE = 0x80;

/** Quality of service: 0 at most once, 1 at least once, 2 exactly once (4.3). */
export type QoS = 0 | 1 | 2;

/** An application message to send. Text is sent as UTF-8. */
export interface Message {
	/** 1 to 65,535 bytes of UTF-8, without wildcards and U+0000. */
	topic: string;
	payload: string | Uint8Array;
	qos: QoS;
	retain: boolean;
	/** Comes back with the answer to it, over a restart too; not sent. ASCII. */
	tag?: string | undefined;
}

/** A topic filter and the QoS wanted for it. */
export interface Subscription {
	filter: string;
	qos: QoS;
}

/** What CONNECT says (3.1). */
export interface ConnectOptions {
	/** 1 to 65,535 bytes of UTF-8; may be empty with a clean session (3.1.3.1). */
	clientId: string;
	/** Forget, on both sides, what earlier connections left (3.1.2.4). */
	cleanSession: boolean;
	/** Milliseconds, up to 65,535,000; whole seconds on the wire; 0 turns it off (3.1.2.10). */
	keepAlive: number;
	/** Published by the broker when the client goes without DISCONNECT (3.1.2.5). */
	will?: Message | undefined;
	username?: string | undefined;
	/** Only together with a user name [MQTT-3.1.2-22]. */
	password?: string | Uint8Array | undefined;
}

export interface Connack {
	kind: "connack";
	sessionPresent: boolean;
	/** 0 accepted, 1 to 5 refused (3.2.2.3). */
	returnCode: number;
}

/** A message from the broker; `payload` is a view of the bytes given to the decoder. */
export interface Publish {
	kind: "publish";
	topic: string;
	payload: Uint8Array;
	qos: QoS;
	retain: boolean;
	duplicate: boolean;
	/** 0 with QoS 0. */
	id: number;
}

/** A PUBLISH larger than the receive buffer; the rest of its payload follows in `Piece`s. */
export interface Oversize {
	kind: "oversize";
	topic: string;
	/** The payload's first bytes, as many as the receive buffer has room for. */
	payload: Uint8Array;
	qos: QoS;
	retain: boolean;
	id: number;
	/** Bytes of payload in all. */
	length: number;
}

/** More of an oversize message's payload: a view of the bytes given to the decoder. */
export interface Piece {
	kind: "piece";
	payload: Uint8Array;
	/** Bytes of payload still to come; 0 in the last piece. */
	remaining: number;
}

/** PUBACK, PUBREC, PUBREL, PUBCOMP, UNSUBACK: nothing but the id of the packet that is answered. */
export interface Acknowledgement {
	kind: "puback" | "pubrec" | "pubrel" | "pubcomp" | "unsuback";
	id: number;
}

export interface Suback {
	kind: "suback";
	id: number;
	/** One for each filter: the granted QoS, or `SUBSCRIPTION_FAILURE`. */
	returnCodes: readonly number[];
}

export interface Pingresp {
	kind: "pingresp";
}

/** The broker broke the protocol; the connection must be closed [MQTT-4.8.0-1]. */
export interface Malformed {
	kind: "malformed";
	reason: string;
}

/** What a client can receive. */
export type Incoming = Connack | Publish | Oversize | Piece | Acknowledgement | Suback | Pingresp | Malformed;
