import fc from "fast-check";
import type { Packet } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import type { Incoming, Message } from "../../../../host-sim/simulation/broker/packet.js";
import { PacketReader } from "../../../../host-sim/simulation/broker/read.js";
import { anyClientPacket, anyCuts, cut } from "./arbitraries.js";
import { generated, hex } from "./support.js";

/** All that a reader finds. Each piece is overwritten once it was read: nothing may be kept of it. */
function readAll(pieces: readonly Uint8Array[]): Incoming[] {
	const reader = new PacketReader();
	const found: Incoming[] = [];
	for (const piece of pieces) {
		const bytes = piece.slice();
		reader.push(bytes);
		for (let packet = reader.next(); packet !== undefined; packet = reader.next()) found.push(packet);
		bytes.fill(0xff);
	}
	return found;
}

const messageOf = (topic: string, payload: Uint8Array, qos: number, retain: boolean) => ({
	topic,
	payload: new Uint8Array(payload),
	qos,
	retain,
});

/** A message with its payload apart. */
const apart = ({ topic, bytes, payloadAt, qos, retain }: Message) => {
	const length = ((bytes[0] as number) << 8) | (bytes[1] as number);
	expect(payloadAt).toBe(length + 2);
	expect(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(2, payloadAt))).toBe(topic);
	return messageOf(topic, bytes.subarray(payloadAt), qos, retain);
};

/** What was read, in mqtt-packet's terms. */
function told(packet: Incoming): unknown {
	switch (packet.kind) {
		case "publish":
			return { ...packet, message: apart(packet.message) };
		case "connect":
			return { ...packet, will: packet.will && apart(packet.will) };
		default:
			return packet;
	}
}

/** What is to be read from a packet of mqtt-packet. */
function wanted(packet: Packet): unknown {
	switch (packet.cmd) {
		case "connect": {
			const { clientId, clean, keepalive: keepAlive, will, username } = packet;
			const password = packet.password === undefined ? undefined : new Uint8Array(packet.password as Buffer);
			return {
				kind: "connect",
				clientId,
				clean,
				keepAlive,
				will: will && messageOf(will.topic, will.payload as Buffer, will.qos ?? 0, will.retain ?? false),
				username,
				password,
			};
		}
		case "publish": {
			const { topic, payload, qos, retain, dup, messageId: id = 0 } = packet;
			return { kind: "publish", message: messageOf(topic, payload as Buffer, qos, retain), id, dup };
		}
		case "subscribe": {
			const subscriptions = packet.subscriptions.map(({ topic, qos }) => ({ filter: topic, qos }));
			return { kind: "subscribe", id: packet.messageId, subscriptions };
		}
		case "unsubscribe":
			return { kind: "unsubscribe", id: packet.messageId, filters: packet.unsubscriptions };
		case "pingreq":
		case "disconnect":
			return { kind: packet.cmd };
		default:
			return { kind: packet.cmd, id: packet.messageId };
	}
}

const streamOf = (packets: readonly Packet[]): Uint8Array =>
	new Uint8Array(Buffer.concat(packets.map((packet) => generated(packet))));

it("what mqtt-packet writes for a client is read, whole, byte by byte, and in pieces of any lengths", () => {
	fc.assert(
		fc.property(fc.array(anyClientPacket, { maxLength: 6 }), anyCuts, (packets, cuts) => {
			const stream = streamOf(packets);
			const expected = packets.map(wanted);
			expect(readAll([stream]).map(told)).toEqual(expected);
			expect(readAll(cut(stream, [1])).map(told)).toEqual(expected);
			expect(readAll(cut(stream, cuts)).map(told)).toEqual(expected);
		}),
		{ numRuns: 150 },
	);
});

it("what comes in a Buffer is copied, not shared", () => {
	const bytes = Buffer.from(hex("30 04 0001 61 6d"));
	const reader = new PacketReader();
	reader.push(bytes);
	const packet = reader.next();
	bytes.fill(0);
	expect(packet).toMatchObject({ message: { topic: "a", bytes: hex("0001 61 6d"), payloadAt: 3 } });
});

describe("a reader comes to an end, and finds the same however the stream is cut", () => {
	const CLAUSE = /^(?:MQTT-\d+\.\d+\.\d+-\d+|\d+(?:\.\d+)+)$/;

	function check(stream: Uint8Array, cuts: readonly number[]): void {
		const whole = readAll([stream]);
		expect(readAll(cut(stream, cuts))).toEqual(whole);
		expect(readAll(cut(stream, [1]))).toEqual(whole);
		for (const [index, packet] of whole.entries()) {
			if (packet.kind !== "violation") continue;
			expect(index).toBe(whole.length - 1);
			expect(packet.clause).toMatch(CLAUSE);
			expect(packet.detail).not.toBe("");
		}
	}

	it("in any bytes", () => {
		fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), anyCuts, check), { numRuns: 1000 });
	});

	it("in bytes that look like packets", () => {
		const byte = fc.oneof(
			{ weight: 3, arbitrary: fc.constantFrom(0x10, 0x30, 0x32, 0x3d, 0x40, 0x62, 0x82, 0xa2, 0xc0, 0xe0) },
			{ weight: 5, arbitrary: fc.integer({ min: 0, max: 5 }) },
			{ weight: 2, arbitrary: fc.constantFrom(0x61, 0x7f, 0x80, 0xff, 0xc3, 0xa9, 0x23, 0x2b, 0x2f) },
			fc.integer({ min: 0, max: 0xff }),
		);
		const stream = fc.array(byte, { maxLength: 60 }).map((bytes) => Uint8Array.from(bytes));
		fc.assert(fc.property(stream, anyCuts, check), { numRuns: 2000 });
	});

	it("in packets with a byte that is another, missing or one too many", () => {
		const spoiled = fc
			.tuple(fc.array(anyClientPacket, { minLength: 1, maxLength: 3 }), fc.nat(), fc.nat(255), fc.nat(2))
			.map(([packets, place, value, way]) => {
				const stream = [...streamOf(packets)];
				stream.splice(place % stream.length, way === 2 ? 0 : 1, ...(way === 1 ? [] : [value]));
				return Uint8Array.from(stream).subarray(0, 2000);
			});
		fc.assert(fc.property(spoiled, anyCuts, check), { numRuns: 500 });
	});
});

it("of a packet that does not come to its end no more is kept than came", () => {
	const reader = new PacketReader();
	for (const byte of hex("30 ff ff ff 7f 00 01 61")) {
		reader.push(Uint8Array.of(byte));
		expect(reader.next()).toBeUndefined();
	}
	expect(reader.pending).toBe(8);
});
