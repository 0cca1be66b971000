import { describe, expect, it } from "vitest";
import { Decoder } from "../../../firmware/mqtt/decode.js";
import type { Incoming, Publish } from "../../../firmware/mqtt/packet.js";
import { byteByByte, chunked, concat, decodeAll, hex, splits, utf8 } from "./support.js";

const publish = (topic: string, payload: string | Uint8Array, options: Partial<Publish> = {}): Publish => ({
	kind: "publish",
	topic,
	payload: typeof payload === "string" ? utf8(payload) : payload,
	qos: 0,
	retain: false,
	duplicate: false,
	id: 0,
	...options,
});

interface Case {
	name: string;
	bytes: Uint8Array;
	packet: Incoming;
}

const connack = (sessionPresent: boolean, returnCode: number): Incoming => ({
	kind: "connack",
	sessionPresent,
	returnCode,
});

/** Everything a broker sends to this client. */
const CASES: readonly Case[] = [
	{ name: "CONNACK, accepted", bytes: hex("20 02 00 00"), packet: connack(false, 0) },
	{ name: "CONNACK, session present", bytes: hex("20 02 01 00"), packet: connack(true, 0) },
	...[1, 2, 3, 4, 5].map((code) => ({
		name: `CONNACK, refused with ${code}`,
		bytes: hex(`20 02 00 0${code}`),
		packet: connack(false, code),
	})),
	{ name: "PUBACK 1", bytes: hex("40 02 00 01"), packet: { kind: "puback", id: 1 } },
	{ name: "PUBACK 256", bytes: hex("40 02 01 00"), packet: { kind: "puback", id: 256 } },
	{ name: "PUBACK 65535", bytes: hex("40 02 ff ff"), packet: { kind: "puback", id: 65_535 } },
	{ name: "PUBREC", bytes: hex("50 02 12 34"), packet: { kind: "pubrec", id: 0x1234 } },
	{ name: "PUBREL", bytes: hex("62 02 ff ff"), packet: { kind: "pubrel", id: 65_535 } },
	{ name: "PUBCOMP", bytes: hex("70 02 01 00"), packet: { kind: "pubcomp", id: 256 } },
	{ name: "UNSUBACK", bytes: hex("b0 02 00 0a"), packet: { kind: "unsuback", id: 10 } },
	{
		name: "SUBACK granting QoS 0, 1, 2 and refusing [MQTT-3.9.3-2]",
		bytes: hex("90 06 12 34 00 01 02 80"),
		packet: { kind: "suback", id: 0x1234, returnCodes: [0, 1, 2, 0x80] },
	},
	{
		name: "SUBACK with one return code",
		bytes: hex("90 03 ff ff 01"),
		packet: { kind: "suback", id: 65_535, returnCodes: [1] },
	},
	{ name: "PINGRESP", bytes: hex("d0 00"), packet: { kind: "pingresp" } },
	{ name: "PUBLISH with QoS 0", bytes: hex("30 07 0003 612f62 6f6e"), packet: publish("a/b", "on") },
	{
		name: "PUBLISH with QoS 1",
		bytes: hex("32 09 0003 612f62 0102 6f6e"),
		packet: publish("a/b", "on", { qos: 1, id: 0x0102 }),
	},
	{
		name: "PUBLISH with QoS 2, sent again",
		bytes: hex("3c 09 0003 612f62 0102 6f6e"),
		packet: publish("a/b", "on", { qos: 2, id: 0x0102, duplicate: true }),
	},
	{
		name: "PUBLISH with QoS 1, the last packet id",
		bytes: hex("32 05 0001 61 ffff"),
		packet: publish("a", "", { qos: 1, id: 0xffff }),
	},
	{
		name: "PUBLISH with QoS 1, again [MQTT-3.3.1-1]",
		bytes: hex("3a 09 0003 612f62 0001 6f6e"),
		packet: publish("a/b", "on", { qos: 1, id: 1, duplicate: true }),
	},
	{
		name: "PUBLISH, retained [MQTT-3.3.1-8]",
		bytes: hex("31 07 0003 612f62 6f6e"),
		packet: publish("a/b", "on", { retain: true }),
	},
	{
		name: "PUBLISH with QoS 1, retained and again",
		bytes: hex("3b 09 0003 612f62 0001 6f6e"),
		packet: publish("a/b", "on", { qos: 1, id: 1, duplicate: true, retain: true }),
	},
	{
		name: "PUBLISH with an empty payload [MQTT-3.3.1-10]",
		bytes: hex("30 05 0003 612f62"),
		packet: publish("a/b", ""),
	},
	{ name: "PUBLISH, the shortest", bytes: hex("30 03 0001 2f"), packet: publish("/", "") },
	{
		name: "PUBLISH whose payload is no text",
		bytes: hex("30 07 0001 61 ff 00 c0 80"),
		packet: publish("a", hex("ff 00 c0 80")),
	},
	{
		name: "PUBLISH whose payload looks like packets",
		bytes: hex("30 09 0001 61 d0 00 20 02 00 00"),
		packet: publish("a", hex("d0 00 20 02 00 00")),
	},
	{
		name: "PUBLISH to a topic with a byte order mark [MQTT-1.5.3-3]",
		bytes: hex("30 08 0004 efbbbf61 6f6e"),
		packet: publish("\ufeffa", "on"),
	},
	{
		name: "PUBLISH to a topic of every length of UTF-8",
		bytes: hex("30 0c 000a 61 c3a9 e282ac f09f92a1"),
		packet: publish("a\u00e9\u20ac\u{1f4a1}", ""),
	},
	{
		name: "PUBLISH to a topic of the broker's own",
		bytes: hex("30 06 0004 24535953"),
		packet: publish("$SYS", ""),
	},
	{
		name: "PUBLISH of 127 bytes",
		bytes: concat(hex("30 7f 0001 61"), new Uint8Array(124).fill(0x78)),
		packet: publish("a", "x".repeat(124)),
	},
	{
		name: "PUBLISH of 128 bytes, a Remaining Length of two",
		bytes: concat(hex("30 80 01 0001 61"), new Uint8Array(125).fill(0x78)),
		packet: publish("a", "x".repeat(125)),
	},
	{
		name: "PUBLISH with a Remaining Length longer than it needs be",
		bytes: hex("30 85 80 80 00 0003 612f62"),
		packet: publish("a/b", ""),
	},
];

const OTHERS = CASES.filter(({ name }) => /^PUBACK 1$|PINGRESP|looks like|and refusing/.test(name));

describe("decodes", () => {
	it.each(CASES)("$name in one piece", ({ bytes, packet }) => {
		expect(decodeAll([bytes])).toEqual([packet]);
	});

	it.each(CASES)("$name byte by byte", ({ bytes, packet }) => {
		expect(decodeAll(byteByByte(bytes))).toEqual([packet]);
		expect(decodeAll(byteByByte(bytes).flatMap((byte) => [new Uint8Array(0), byte]))).toEqual([packet]);
	});

	it.each(CASES)("$name in any two pieces", ({ bytes, packet }) => {
		for (const pieces of splits(bytes)) expect(decodeAll(pieces)).toEqual([packet]);
	});

	it.each(CASES)("$name and what follows in the same piece", ({ bytes, packet }) => {
		for (const other of OTHERS) {
			for (const pieces of splits(other.bytes)) {
				const [start, rest] = pieces as [Uint8Array, Uint8Array];
				expect(decodeAll([concat(bytes, start), rest])).toEqual([packet, other.packet]);
			}
		}
	});

	it.each(CASES)("$name only when its last byte is there", ({ bytes, packet }) => {
		const decoder = new Decoder(1024);
		for (const byte of byteByByte(bytes.subarray(0, -1))) {
			decoder.push(byte);
			expect(decoder.next()).toBeUndefined();
		}
		decoder.push(bytes.subarray(-1));
		expect(decoder.next()).toEqual(packet);
		expect(decoder.next()).toBeUndefined();
	});

	it("all of them in a row, cut in pieces of any length", () => {
		const stream = concat(...CASES.map(({ bytes }) => bytes));
		const packets = CASES.map(({ packet }) => packet);
		for (let length = 1; length <= 140; length++) {
			expect(decodeAll(chunked(stream, [length]))).toEqual(packets);
		}
		expect(decodeAll([stream])).toEqual(packets);
	});

	it("nothing from nothing", () => {
		const decoder = new Decoder(1024);
		expect(decoder.next()).toBeUndefined();
		decoder.push(new Uint8Array(0));
		expect(decoder.next()).toBeUndefined();
		expect(decoder.next()).toBeUndefined();
	});

	it("one packet at a time, at the pace of the one who asks", () => {
		const decoder = new Decoder(1024);
		decoder.push(hex("d0 00 40 02 00 01 40 02"));
		expect(decoder.next()).toEqual({ kind: "pingresp" });
		expect(decoder.next()).toEqual({ kind: "puback", id: 1 });
		expect(decoder.next()).toBeUndefined();
		decoder.push(hex("00 02"));
		expect(decoder.next()).toEqual({ kind: "puback", id: 2 });
	});
});

describe("a payload", () => {
	const bytes = hex("30 07 0003 612f62 6f6e");

	it("is not copied from a piece that holds the whole packet", () => {
		const piece = concat(hex("d0 00"), bytes);
		const packet = decodeAll([piece])[1] as Publish;
		expect(packet.payload.buffer).toBe(piece.buffer);
		expect(packet.payload.byteOffset).toBe(9);
		// Nor when it is as large as can be taken.
		const largest = decodeAll([piece], 7)[1] as Publish;
		expect(largest.payload.buffer).toBe(piece.buffer);
	});

	it("of a packet that came in pieces depends neither on them nor on the next such packet", () => {
		const pieces = byteByByte(concat(bytes, hex("30 07 0003 612f62 7a7a")));
		const [first, second] = decodeAll(pieces) as [Publish, Publish];
		for (const piece of pieces) piece.fill(0);
		expect(first.payload).toEqual(utf8("on"));
		expect(second.payload).toEqual(utf8("zz"));
	});
});
