/** The packets of MQTT 3.1.1 that the simulated server, who orders, and the stranger need. */

import { textOf, utf8Of } from "../text.js";

/** What a broker may send to such a client. */
export type Received =
	| { readonly kind: "connack"; readonly returnCode: number }
	| { readonly kind: "suback"; readonly id: number; readonly returnCode: number }
	| {
			readonly kind: "publish";
			readonly topic: string;
			readonly payload: Uint8Array;
			readonly retain: boolean;
			readonly qos: number;
			/** The packet id; 0 with QoS 0. */
			readonly id: number;
	  }
	| { readonly kind: "puback"; readonly id: number }
	| { readonly kind: "pubrel"; readonly id: number }
	| { readonly kind: "pingresp" };

const field = (bytes: Uint8Array): number[] => [bytes.length >> 8, bytes.length & 0xff, ...bytes];

function packet(first: number, body: readonly number[] | Uint8Array): Uint8Array {
	const { length } = body;
	const header = length < 128 ? [first, length] : [first, (length & 0x7f) | 0x80, length >> 7];
	if (length > 16_383) throw new RangeError(`a packet of ${length} bytes`);
	const bytes = new Uint8Array(header.length + length);
	bytes.set(header);
	bytes.set(body, header.length);
	return bytes;
}

/** CONNECT (3.1). @param keepAlive in seconds @param isClean whether the session is a clean one */
export const connectPacket = (clientId: string, keepAlive: number, isClean = true): Uint8Array =>
	packet(0x10, [
		...[0, 4, 0x4d, 0x51, 0x54, 0x54, 4, isClean ? 0x02 : 0, keepAlive >> 8, keepAlive & 0xff],
		...field(utf8Of(clientId)),
	]);

/** SUBSCRIBE to filters with a QoS (3.8). @param id the packet id, below 256 */
export const subscribePacket = (filters: readonly string[], qos = 0, id = 1): Uint8Array =>
	packet(0x82, [0, id, ...filters.flatMap((filter) => [...field(utf8Of(filter)), qos])]);

/** PUBLISH (3.3). @param id the packet id, with QoS 1 and 2 */
export function publishPacket(
	topic: string,
	payload: string | Uint8Array,
	qos = 0,
	retain = false,
	id = 1,
): Uint8Array {
	const name = utf8Of(topic);
	const content = typeof payload === "string" ? utf8Of(payload) : payload;
	const start = 2 + name.length + (qos > 0 ? 2 : 0);
	const body = new Uint8Array(start + content.length);
	body[0] = name.length >> 8;
	body[1] = name.length & 0xff;
	body.set(name, 2);
	if (qos > 0) {
		body[start - 2] = id >> 8;
		body[start - 1] = id & 0xff;
	}
	body.set(content, start);
	return packet(0x30 | (qos << 1) | (retain ? 1 : 0), body);
}

const answer =
	(first: number) =>
	(id: number): Uint8Array =>
		Uint8Array.of(first, 2, id >> 8, id & 0xff);

/** PUBACK of a packet id (3.4). */
export const pubackPacket = answer(0x40);
/** PUBREC (3.5). */
export const pubrecPacket = answer(0x50);
/** PUBREL (3.6). */
export const pubrelPacket = answer(0x62);
/** PUBCOMP (3.7). */
export const pubcompPacket = answer(0x70);

/** DISCONNECT (3.14). */
export const disconnectPacket = (): Uint8Array => Uint8Array.of(0xe0, 0);

/** PINGREQ (3.12). */
export const pingPacket = (): Uint8Array => Uint8Array.of(0xc0, 0);

/** Finds the packets in what a broker sends, however it is cut. */
export class PacketReader {
	#bytes: Uint8Array = new Uint8Array(0);

	/** Takes the next bytes; gives the packets that are whole now. @throws Error for what no broker sends */
	*read(more: Uint8Array): Generator<Received> {
		const bytes = this.#bytes.length === 0 ? more : joined(this.#bytes, more);
		let at = 0;
		for (;;) {
			const size = sizeOf(bytes, at);
			if (size === undefined || at + size.header + size.body > bytes.length) break;
			const start = at + size.header;
			at = start + size.body;
			yield receivedOf(bytes[start - size.header] as number, bytes.subarray(start, at));
		}
		this.#bytes = bytes.subarray(at);
	}
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
	const bytes = new Uint8Array(one.length + other.length);
	bytes.set(one);
	bytes.set(other, one.length);
	return bytes;
}

/** The lengths of the packet that begins at `at`; `undefined` while they are not all there (2.2.3). */
function sizeOf(bytes: Uint8Array, at: number): { header: number; body: number } | undefined {
	let body = 0;
	for (let count = 1; count <= 4; count++) {
		const byte = bytes[at + count];
		if (byte === undefined) return undefined;
		body += (byte & 0x7f) * 128 ** (count - 1);
		if (byte < 0x80) return { header: count + 1, body };
	}
	throw new Error("a Remaining Length of more than 4 bytes");
}

function receivedOf(first: number, body: Uint8Array): Received {
	switch (first) {
		case 0x20:
			return { kind: "connack", returnCode: body[1] ?? 0 };
		case 0x90:
			return { kind: "suback", id: uint16(body, 0), returnCode: body[2] ?? 0 };
		case 0x40:
			return { kind: "puback", id: uint16(body, 0) };
		case 0x62:
			return { kind: "pubrel", id: uint16(body, 0) };
		case 0xd0:
			return { kind: "pingresp" };
	}
	// DUP with QoS 0 is against [MQTT-3.3.1-2]; MQTT.js takes it, and Aedes sends it.
	if (first >> 4 === 3 && (first & 6) < 6) return messageOf(first, body);
	throw new Error(`a packet that begins with ${first}`);
}

/** A PUBLISH (3.3). */
function messageOf(first: number, body: Uint8Array): Received {
	const qos = (first >> 1) & 3;
	const end = 2 + uint16(body, 0);
	const topic = textOf(body.subarray(2, end));
	const [id, start] = qos === 0 ? [0, end] : [uint16(body, end), end + 2];
	return { kind: "publish", topic, payload: body.subarray(start), retain: (first & 1) === 1, qos, id };
}

const uint16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
