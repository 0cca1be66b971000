/** Packets of a broker, well-formed, and streams of them in an order that a broker might send. */
import { bytesOf, joined } from "./bytes.js";
import type { Random } from "./random.js";

/** A packet from its first byte and its body; the length is written in `size` bytes at least. */
export function packet(first: number, body: ArrayLike<number>, size = 1): Uint8Array {
	const head = [first];
	let rest = body.length;
	for (let count = 1; rest > 0x7f || count < size; count++, rest >>= 7) head.push((rest & 0x7f) | 0x80);
	head.push(rest);
	const bytes = new Uint8Array(head.length + body.length);
	bytes.set(head);
	bytes.set(body, head.length);
	return bytes;
}

const idOf = (id: number): [number, number] => [(id >> 8) & 0xff, id & 0xff];

export const connack = (sessionPresent: boolean, code: number): Uint8Array =>
	Uint8Array.of(0x20, 2, sessionPresent ? 1 : 0, code);

/** First bytes of the packets that have nothing but an id. */
export const PUBACK = 0x40;
export const PUBREC = 0x50;
export const PUBREL = 0x62;
export const PUBCOMP = 0x70;
export const UNSUBACK = 0xb0;
export const ACKNOWLEDGEMENTS = Object.freeze([PUBACK, PUBREC, PUBREL, PUBCOMP, UNSUBACK]);

export const acknowledgement = (first: number, id: number): Uint8Array =>
	Uint8Array.of(first, 2, ...idOf(id));

export const suback = (id: number, codes: readonly number[]): Uint8Array =>
	packet(0x90, [...idOf(id), ...codes]);

export const pingresp = (): Uint8Array => Uint8Array.of(0xd0, 0);

/** A PUBLISH; `flags` are DUP, QoS and RETAIN as on the wire. */
export function publish(flags: number, topic: Uint8Array, id: number, payload: Uint8Array): Uint8Array {
	const identifier = (flags & 6) === 0 ? [] : idOf(id);
	return packet(0x30 | flags, [...idOf(topic.length), ...topic, ...identifier, ...payload]);
}

const TOPICS = [
	"a",
	"lamp",
	"X/commands",
	"d1/é€",
	"💡/x",
	"/",
	"a b",
	"\ufeffz",
	"$SYS/x",
	"deep/er/and/deeper",
].map(bytesOf);
const FLAGS = Object.freeze([0, 1, 2, 3, 4, 5, 10, 12]);
const CODES = Object.freeze([0, 1, 2, 0x80]);

/** A packet id that is likely to be in use. */
const id = (random: Random): number => (random.chance(0.9) ? 1 + random.below(5) : 1 + random.below(0xffff));

/** A packet that a broker may send to a client that is connected. */
export function brokerPacket(random: Random): Uint8Array {
	switch (random.below(8)) {
		case 0:
			return suback(
				id(random),
				Array.from({ length: 1 + random.small(4) }, () => random.pick(CODES)),
			);
		case 1:
			return pingresp();
		case 2:
		case 3:
		case 4:
			return acknowledgement(random.pick(ACKNOWLEDGEMENTS), id(random));
		default: {
			const payload = random.bytes(random.small(random.chance(0.05) ? 400 : 60));
			return publish(random.pick(FLAGS), random.pick(TOPICS), id(random), payload);
		}
	}
}

/** What a broker may send on one connection: CONNACK, then anything. */
export function brokerStream(random: Random): Uint8Array {
	const packets = random.chance(0.9) ? [connack(random.chance(0.3), random.small(6))] : [];
	if ((packets[0]?.[3] ?? 0) > 0) packets[0]?.set([0], 2);
	for (let count = random.below(7); count > 0; count--) packets.push(brokerPacket(random));
	return joined(packets);
}
