import fc from "fast-check";
import { generate, type Packet } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import type { Incoming, QoS } from "../../../firmware/mqtt/packet.js";
import { anyCuts, anyId, anyQos, anyTopic } from "./arbitraries.js";
import { byteByByte, chunked, concat, decodeAll, toHex } from "./support.js";

const anyPayload = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));

/** A packet of a broker, as mqtt-packet writes it. */
const anyPacket: fc.Arbitrary<Packet> = fc.oneof(
	fc.constant<Packet>({ cmd: "pingresp" }),
	fc.record({ cmd: fc.constant("puback" as const), messageId: anyId }),
	fc.record({
		cmd: fc.constant("suback" as const),
		messageId: anyId,
		granted: fc.array(fc.constantFrom(0, 1, 2, 0x80), { minLength: 1, maxLength: 150 }),
	}),
	fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 5 })).map(([present, returnCode]): Packet => {
		return { cmd: "connack", sessionPresent: present && returnCode === 0, returnCode };
	}),
	fc
		.record({
			topic: anyTopic,
			payload: anyPayload,
			qos: anyQos,
			retain: fc.boolean(),
			dup: fc.boolean(),
			id: anyId,
		})
		.map(({ topic, payload, qos, retain, dup, id }): Packet => {
			return qos === 0
				? { cmd: "publish", topic, payload, qos, retain, dup: false }
				: { cmd: "publish", topic, payload, qos, retain, dup, messageId: id };
		}),
);

/** What the decoder should make of a packet of mqtt-packet. */
function expected(packet: Packet): Incoming {
	switch (packet.cmd) {
		case "connack":
			return {
				kind: "connack",
				sessionPresent: packet.sessionPresent,
				returnCode: packet.returnCode as number,
			};
		case "puback":
			return { kind: "puback", id: packet.messageId as number };
		case "suback":
			return { kind: "suback", id: packet.messageId as number, returnCodes: packet.granted as number[] };
		case "publish":
			return {
				kind: "publish",
				topic: packet.topic,
				payload: new Uint8Array(packet.payload as Buffer),
				qos: packet.qos as QoS,
				retain: packet.retain,
				duplicate: packet.dup,
				id: packet.messageId ?? 0,
			};
		default:
			return { kind: "pingresp" };
	}
}

/** The way back, for what was decoded; nothing for what was not whole. */
function packetOf(incoming: Incoming): Packet | undefined {
	switch (incoming.kind) {
		case "connack":
			return { cmd: "connack", sessionPresent: incoming.sessionPresent, returnCode: incoming.returnCode };
		case "puback":
			return { cmd: "puback", messageId: incoming.id };
		case "suback":
			return { cmd: "suback", messageId: incoming.id, granted: [...incoming.returnCodes] };
		case "publish": {
			const { topic, qos, retain, duplicate } = incoming;
			const payload = Buffer.from(incoming.payload);
			return {
				cmd: "publish",
				topic,
				payload,
				qos,
				retain,
				dup: duplicate,
				...(qos > 0 && { messageId: incoming.id }),
			};
		}
		case "pingresp":
			return { cmd: "pingresp" };
		case "oversize":
		case "piece":
		case "malformed":
			return undefined;
	}
}

/** The packets of a stream as the standard frames them (2.2): first byte and body, up to what is cut off or wrong. */
function frames(stream: Uint8Array): string[] {
	const found: string[] = [];
	for (let at = 0; at < stream.length; ) {
		const first = stream[at++] as number;
		let length = 0;
		let scale = 1;
		for (let more = true; more; scale *= 128) {
			if (at >= stream.length || scale > 128 ** 3) return found;
			const byte = stream[at++] as number;
			length += (byte % 128) * scale;
			more = byte >= 128;
		}
		if (at + length > stream.length) return found;
		found.push(`${first.toString(16)} ${toHex(stream.subarray(at, at + length))}`);
		at += length;
	}
	return found;
}

const streamOf = (packets: readonly Packet[]): Uint8Array =>
	concat(...packets.map((packet) => generate(packet)));

/** What must hold for any stream, however it is cut. */
function check(stream: Uint8Array, cuts: readonly number[], capacity: number): Incoming[] {
	const whole = decodeAll([stream], capacity);
	expect(decodeAll(chunked(stream, cuts), capacity)).toEqual(whole);
	const malformed = whole.findIndex(({ kind }) => kind === "malformed");
	if (malformed >= 0) expect(malformed).toBe(whole.length - 1);
	const framed = frames(stream);
	for (const [index, incoming] of whole.entries()) {
		const packet = packetOf(incoming);
		if (packet === undefined) continue;
		expect(frames(generate(packet))).toEqual([framed[index]]);
	}
	return whole;
}

describe("a decoder agrees with mqtt-packet", () => {
	it("on any packets of a broker, in pieces of any lengths", () => {
		fc.assert(
			fc.property(fc.array(anyPacket, { maxLength: 8 }), anyCuts, (packets, cuts) => {
				const stream = streamOf(packets);
				const wanted = packets.map(expected);
				expect(decodeAll(chunked(stream, cuts), 65_536)).toEqual(wanted);
				expect(decodeAll(byteByByte(stream), 65_536)).toEqual(wanted);
				expect(decodeAll([stream], 65_536)).toEqual(wanted);
			}),
			{ numRuns: 300 },
		);
	});

	it("with a small receive buffer too, but for what does not fit", () => {
		const topics = anyTopic.filter((topic) => Buffer.byteLength(topic) <= 28);
		const publish = fc
			.record({ topic: topics, payload: anyPayload, qos: anyQos, messageId: anyId, retain: fc.boolean() })
			.map((packet): Packet => ({ ...packet, cmd: "publish", dup: false }));
		fc.assert(
			fc.property(fc.array(publish, { maxLength: 8 }), anyCuts, (packets, cuts) => {
				const wanted = packets.map((packet) => {
					const incoming = expected(packet);
					if (incoming.kind !== "publish") throw new Error("no PUBLISH");
					const { payload, topic, qos, retain } = incoming;
					const id = qos === 0 ? 0 : incoming.id;
					if (2 + Buffer.byteLength(topic) + (qos > 0 ? 2 : 0) + payload.length <= 32)
						return { ...incoming, id };
					return { kind: "oversize", topic, payload, qos, retain, id, length: payload.length };
				});
				expect(decodeAll(chunked(streamOf(packets), cuts), 32)).toEqual(wanted);
			}),
			{ numRuns: 300 },
		);
	});
});

describe("a decoder never throws, comes to an end, and finds the same however the stream is cut", () => {
	const anyCapacity = fc.constantFrom(2, 8, 16, 64, 1024, 65_536);

	it("in any bytes", () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 80 }), anyCuts, anyCapacity, (stream, cuts, capacity) => {
				check(stream, cuts, capacity);
			}),
			{ numRuns: 1000 },
		);
	});

	it("in bytes that look like packets", () => {
		const byte = fc.oneof(
			{ weight: 3, arbitrary: fc.constantFrom(0x20, 0x30, 0x31, 0x32, 0x3a, 0x3b, 0x40, 0x90, 0xd0) },
			{ weight: 5, arbitrary: fc.integer({ min: 0, max: 5 }) },
			{ weight: 2, arbitrary: fc.constantFrom(0x61, 0x7f, 0x80, 0x81, 0xff, 0xc3, 0xa9) },
			fc.integer({ min: 0, max: 0xff }),
		);
		const stream = fc.array(byte, { maxLength: 60 }).map((bytes) => Uint8Array.from(bytes));
		fc.assert(
			fc.property(stream, anyCuts, anyCapacity, (bytes, cuts, capacity) => {
				check(bytes, cuts, capacity);
			}),
			{ numRuns: 2000 },
		);
	});

	/** Ways to spoil a stream at a place, with a value. */
	const MUTATIONS: Readonly<Record<string, (stream: Uint8Array, at: number, value: number) => Uint8Array>> = {
		"a bit is flipped": (stream, at, value) =>
			stream.map((byte, index) => (index === at ? byte ^ (1 << (value & 7)) : byte)),
		"a byte is another": (stream, at, value) => stream.map((byte, index) => (index === at ? value : byte)),
		"a byte is one more": (stream, at) => stream.map((byte, index) => (index === at ? byte + 1 : byte)),
		"a byte is missing": (stream, at) => concat(stream.subarray(0, at), stream.subarray(at + 1)),
		"a byte is inserted": (stream, at, value) =>
			concat(stream.subarray(0, at), Uint8Array.of(value), stream.subarray(at)),
		"a part is repeated": (stream, at, value) =>
			concat(stream.subarray(0, at), stream.subarray(Math.max(0, at - (value & 15)))),
		"the end is missing": (stream, at) => stream.subarray(0, at),
		"the beginning is missing": (stream, at) => stream.subarray(at),
	};

	it.each(Object.entries(MUTATIONS))("where %s in packets of a broker", (_, mutate) => {
		const cases = fc.tuple(
			fc.array(anyPacket, { minLength: 1, maxLength: 5 }),
			fc.nat(),
			fc.oneof(fc.constantFrom(0, 1, 2, 0x7f, 0x80, 0xff), fc.integer({ min: 0, max: 0xff })),
			anyCuts,
			anyCapacity,
		);
		fc.assert(
			fc.property(cases, ([packets, place, value, cuts, capacity]) => {
				const stream = streamOf(packets);
				// Half the time among the first bytes, where the headers are.
				const at = place % (place % 2 === 0 ? stream.length : Math.min(stream.length, 8));
				check(mutate(stream, at, value), cuts, capacity);
				if (capacity < 65_536) return;
				// What lies whole before the place is not affected.
				const before = frames(stream.subarray(0, Math.max(0, at - 15))).length;
				if (mutate === MUTATIONS["the beginning is missing"]) return;
				const found = decodeAll([mutate(stream, at, value)], capacity);
				expect(found.slice(0, before)).toEqual(packets.slice(0, before).map(expected));
			}),
			{ numRuns: 400 },
		);
	});
});
