/**
 * From packets to bytes. Everything here is our own side: what cannot be encoded is a mistake of
 * the program and throws a `RangeError`.
 */
import {
	type ConnectOptions,
	MAX_PACKET_ID,
	MAX_REMAINING_LENGTH,
	type Message,
	PacketType,
	type Subscription,
} from "./packet.js";
import { topicFilterProblem, topicNameProblem } from "./topic.js";
import { utf8Length, writeUtf8 } from "./utf8.js";

// Called as a function, it does not make XS wrap the text in an object for each character.
const { charCodeAt } = String.prototype;

/** The longest string or binary field: its length has two bytes (1.5.3). */
const MAX_FIELD = 0xffff;

/** The Protocol Name and Level of MQTT 3.1.1 (3.1.2.1, 3.1.2.2). */
const PROTOCOL = Object.freeze([0, 4, 0x4d, 0x51, 0x54, 0x54, 4]);

/** CONNECT (3.1). */
export function encodeConnect(options: ConnectOptions): Uint8Array {
	const { clientId, will, username, password } = options;
	const keepAlive = Math.ceil(options.keepAlive / 1000);
	if (!(options.keepAlive >= 0 && keepAlive <= 0xffff)) throw new RangeError("keep-alive out of range");
	if (clientId === "" && !options.cleanSession) {
		throw new RangeError("an empty client id needs a clean session [MQTT-3.1.3-7]");
	}
	if (`${clientId}${username ?? ""}`.includes("\0")) {
		throw new RangeError("U+0000 in the client id or user name [MQTT-1.5.3-2]");
	}
	if (password !== undefined && username === undefined) {
		throw new RangeError("a password needs a user name [MQTT-3.1.2-22]");
	}
	let flags = options.cleanSession ? 0x02 : 0;
	let length = PROTOCOL.length + 3 + fieldLength(utf8Length(clientId));
	if (will !== undefined) {
		flags |= 0x04 | (will.qos << 3) | (will.retain ? 0x20 : 0);
		length += fieldLength(utf8Length(will.topic)) + fieldLength(byteLength(will.payload));
	}
	if (username !== undefined) {
		flags |= 0x80;
		length += fieldLength(utf8Length(username));
	}
	if (password !== undefined) {
		flags |= 0x40;
		length += fieldLength(byteLength(password));
	}
	const bytes = allocate(PacketType.CONNECT << 4, length);
	let at = bytes.length - length;
	bytes.set(PROTOCOL, at);
	at += PROTOCOL.length;
	bytes[at++] = flags;
	at = writeUint16(bytes, at, keepAlive);
	// The order is fixed [MQTT-3.1.3-1].
	at = writeField(bytes, at, clientId);
	if (will !== undefined) {
		const start = at + 2;
		at = writeField(bytes, at, will.topic);
		checkTopicName(bytes, start, at);
		at = writeField(bytes, at, will.payload);
	}
	if (username !== undefined) at = writeField(bytes, at, username);
	if (password !== undefined) writeField(bytes, at, password);
	return bytes;
}

/** PUBLISH (3.3); `id` is 0 with QoS 0, 1 to 65,535 otherwise. The first sending: DUP is 0. */
export function encodePublish(message: Message, id: number): Uint8Array {
	const { topic, payload, qos } = message;
	if (qos > 0) checkId(id);
	// Most text has a byte for each code unit; to measure it first would be to go through it twice.
	return (
		layOutPublish(message, id, topic.length, payload.length) ??
		(layOutPublish(message, id, utf8Length(topic), byteLength(payload)) as Uint8Array)
	);
}

/** A PUBLISH with fields of these lengths in bytes; `undefined` when they are longer. */
function layOutPublish(
	{ topic, payload, qos, retain }: Message,
	id: number,
	topicLength: number,
	payloadLength: number,
): Uint8Array | undefined {
	const length = fieldLength(topicLength) + (qos > 0 ? 2 : 0) + payloadLength;
	const bytes = allocate((PacketType.PUBLISH << 4) | (qos << 1) | (retain ? 1 : 0), length);
	const start = writeUint16(bytes, bytes.length - length, topicLength);
	let at = start + topicLength;
	if (!writePlainTopic(bytes, start, topic)) {
		if (writeUtf8(bytes, start, topic) !== at) return undefined;
		checkTopicName(bytes, start, at);
	}
	if (qos > 0) at = writeUint16(bytes, at, id);
	if (typeof payload !== "string") bytes.set(payload, at);
	else if (writeUtf8(bytes, at, payload) !== bytes.length) return undefined;
	return bytes;
}

/** Writes a topic name that only has characters that are a byte each and all allowed; `false` for others. */
function writePlainTopic(bytes: Uint8Array, offset: number, topic: string): boolean {
	let index = 0;
	let unit = charCodeAt.call(topic, 0);
	// From ',' on: U+0000 and the wildcards are below. Behind the end is NaN.
	while (unit >= 0x2c && unit < 0x80) {
		bytes[offset + index] = unit;
		unit = charCodeAt.call(topic, ++index);
	}
	return index > 0 && index === topic.length;
}

/** Turns an encoded PUBLISH into its repetition [MQTT-3.3.1-1], in place. */
export function markDuplicate(publish: Uint8Array): void {
	publish[0] = (publish[0] as number) | 0x08;
}

/** PUBACK (3.4), PUBREC (3.5), PUBREL (3.6, its reserved flags are 0010 [MQTT-3.6.1-1]) or PUBCOMP (3.7). */
export function encodeAcknowledgement(type: AcknowledgementType, id: number): Uint8Array {
	checkId(id);
	const flags = type === PacketType.PUBREL ? 0x02 : 0;
	return Uint8Array.of((type << 4) | flags, 2, id >> 8, id & 0xff);
}

type AcknowledgementType =
	| typeof PacketType.PUBACK
	| typeof PacketType.PUBREC
	| typeof PacketType.PUBREL
	| typeof PacketType.PUBCOMP;

/** SUBSCRIBE (3.8), with at least one filter [MQTT-3.8.3-3]. */
export function encodeSubscribe(subscriptions: readonly Subscription[], id: number): Uint8Array {
	checkId(id);
	if (subscriptions.length === 0) throw new RangeError("nothing to subscribe to [MQTT-3.8.3-3]");
	let length = 2;
	for (const { filter } of subscriptions) length += filterLength(filter) + 1;
	// The reserved flags are 0010 [MQTT-3.8.1-1].
	const bytes = allocate((PacketType.SUBSCRIBE << 4) | 0x02, length);
	let at = writeUint16(bytes, bytes.length - length, id);
	for (const { filter, qos } of subscriptions) {
		at = writeField(bytes, at, filter);
		bytes[at++] = qos;
	}
	return bytes;
}

/** UNSUBSCRIBE (3.10), with at least one filter [MQTT-3.10.3-2]. */
export function encodeUnsubscribe(filters: readonly string[], id: number): Uint8Array {
	checkId(id);
	if (filters.length === 0) throw new RangeError("nothing to unsubscribe from [MQTT-3.10.3-2]");
	let length = 2;
	for (const filter of filters) length += filterLength(filter);
	// The reserved flags are 0010 [MQTT-3.10.1-1].
	const bytes = allocate((PacketType.UNSUBSCRIBE << 4) | 0x02, length);
	let at = writeUint16(bytes, bytes.length - length, id);
	for (const filter of filters) at = writeField(bytes, at, filter);
	return bytes;
}

/** PINGREQ (3.12). */
export function encodePingreq(): Uint8Array {
	return Uint8Array.of(PacketType.PINGREQ << 4, 0);
}

/** DISCONNECT (3.14). */
export function encodeDisconnect(): Uint8Array {
	return Uint8Array.of(PacketType.DISCONNECT << 4, 0);
}

function checkId(id: number): void {
	if (!(id >= 1 && id <= MAX_PACKET_ID)) throw new RangeError(`packet id ${id} [MQTT-2.3.1-1]`);
}

function checkTopicName(bytes: Uint8Array, start: number, end: number): void {
	const problem = topicNameProblem(bytes, start, end);
	if (problem !== undefined) throw new RangeError(problem);
}

function filterLength(filter: string): number {
	const problem = topicFilterProblem(filter);
	if (problem !== undefined) throw new RangeError(problem);
	return fieldLength(utf8Length(filter));
}

/** A packet of its exact size with the fixed header (2.2) in place. */
function allocate(first: number, length: number): Uint8Array {
	if (length > MAX_REMAINING_LENGTH) throw new RangeError(`a packet of ${length} bytes`);
	const header = length < 0x80 ? 2 : length < 0x4000 ? 3 : length < 0x20_0000 ? 4 : 5;
	const bytes = new Uint8Array(header + length);
	bytes[0] = first;
	let at = 1;
	let rest = length;
	for (; rest >= 0x80; rest >>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
	bytes[at] = rest;
	return bytes;
}

const byteLength = (field: string | Uint8Array): number =>
	typeof field === "string" ? utf8Length(field) : field.length;

/** What a field of `length` bytes takes. */
function fieldLength(length: number): number {
	if (length > MAX_FIELD) throw new RangeError(`a field of ${length} bytes, over ${MAX_FIELD}`);
	return 2 + length;
}

function writeField(bytes: Uint8Array, offset: number, field: string | Uint8Array): number {
	const start = offset + 2;
	let end = start + field.length;
	if (typeof field === "string") end = writeUtf8(bytes, start, field);
	else bytes.set(field, start);
	writeUint16(bytes, offset, end - start);
	return end;
}

function writeUint16(bytes: Uint8Array, offset: number, value: number): number {
	bytes[offset] = value >> 8;
	bytes[offset + 1] = value & 0xff;
	return offset + 2;
}
