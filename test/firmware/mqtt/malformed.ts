/** Packets that a broker must not send, each with what it is to be refused for. */
import { concat, hex } from "./support.js";

/** Types with their flags (2.2.2) and a body that would be right. */
const FLAGGED = [
	{ type: "CONNACK", first: 0x20, body: "02 00 00" },
	{ type: "PUBACK", first: 0x40, body: "02 00 01" },
	{ type: "PUBREC", first: 0x50, body: "02 00 01" },
	{ type: "PUBREL", first: 0x60, body: "02 00 01" },
	{ type: "PUBCOMP", first: 0x70, body: "02 00 01" },
	{ type: "SUBACK", first: 0x90, body: "03 00 01 00" },
	{ type: "UNSUBACK", first: 0xb0, body: "02 00 01" },
	{ type: "PINGRESP", first: 0xd0, body: "00" },
];

export const WRONG_FLAGS = FLAGGED.flatMap(({ type, first, body }) =>
	// PUBREL has flags 0010 [MQTT-3.6.1-1], the others 0000.
	Array.from({ length: 16 }, (_, flags) => flags)
		.filter((flags) => flags !== (type === "PUBREL" ? 2 : 0))
		.map((flags) => ({
			name: `${type} with flags ${flags} [MQTT-2.2.2-2]${type === "PUBREL" ? " [MQTT-3.6.1-1]" : ""}`,
			bytes: concat(Uint8Array.of(first | flags), hex(body)),
			reason: `flags ${flags} on packet type ${first >> 4} [MQTT-2.2.2-2]`,
		})),
);

/** What a broker never sends, or not to this client: whatever the flags, and the body right as can be. */
export const UNEXPECTED_TYPES = [
	{ name: "the reserved type 0 (2.2.1)", first: 0x00, body: "00" },
	{ name: "CONNECT", first: 0x10, body: "0c 0004 4d515454 04 02 003c 0000" },
	{ name: "SUBSCRIBE", first: 0x82, body: "06 00 01 00 01 61 00" },
	{ name: "UNSUBSCRIBE", first: 0xa2, body: "05 00 01 00 01 61" },
	{ name: "PINGREQ", first: 0xc0, body: "00" },
	{ name: "DISCONNECT", first: 0xe0, body: "00" },
	{ name: "the reserved type 15 (2.2.1)", first: 0xf0, body: "00" },
].flatMap(({ name, first, body }) =>
	[first, first ^ 0x01].map((byte) => ({
		name: `${name}, flags ${byte & 0x0f}`,
		bytes: concat(Uint8Array.of(byte), hex(body)),
		reason: `packet type ${first >> 4}, which a broker never sends here`,
	})),
);

const DUP_AT_0 = "PUBLISH with DUP but QoS 0 [MQTT-3.3.1-2]";
const QOS_3 = "PUBLISH with QoS 3 [MQTT-3.3.1-4]";

export const PUBLISH_FLAGS = [
	{ flags: 0x6, reason: QOS_3 },
	{ flags: 0x7, reason: QOS_3 },
	{ flags: 0x8, reason: DUP_AT_0 },
	{ flags: 0x9, reason: DUP_AT_0 },
	{ flags: 0xe, reason: QOS_3 },
	{ flags: 0xf, reason: QOS_3 },
].map(({ flags, reason }) => ({
	name: `PUBLISH with flags ${flags} ${/\[.*\]/.exec(reason)}`,
	bytes: concat(Uint8Array.of(0x30 | flags), hex("06 0001 61 0001 78")),
	reason,
}));

const bytesOfLength = (first: string, length: number) =>
	concat(hex(first), Uint8Array.of(length), new Uint8Array(length).fill(1));

export const WRONG_LENGTHS = [
	{ first: "20", type: 2, lengths: [0, 1, 3, 127] },
	{ first: "40", type: 4, lengths: [0, 1, 3, 4] },
	{ first: "50", type: 5, lengths: [0, 1, 3, 4] },
	{ first: "62", type: 6, lengths: [0, 1, 3, 4] },
	{ first: "70", type: 7, lengths: [0, 1, 3, 4] },
	{ first: "90", type: 9, lengths: [0, 1, 2] },
	{ first: "b0", type: 11, lengths: [0, 1, 3, 4] },
	{ first: "d0", type: 13, lengths: [1, 2, 127] },
].flatMap(({ first, type, lengths }) =>
	lengths.map((length) => ({
		name: `packet type ${type} with ${length} bytes`,
		bytes: bytesOfLength(first, length),
		reason: `packet type ${type} with ${length} bytes`,
	})),
);

const SHORT = "PUBLISH shorter than its topic";
export const NO_TOPIC = "PUBLISH without a topic";
const ID_ZERO = "packet id 0 [MQTT-2.3.1-1]";
const ILL_FORMED = "ill-formed UTF-8 in a topic [MQTT-1.5.3-1]";
const WILDCARD = "wildcard in a topic name [MQTT-3.3.2-2]";
export const LONG = "a Remaining Length of more than 4 bytes";
const FLAGS = "reserved flags in CONNACK (3.2.2.1)";

export const BODIES = [
	{ name: "CONNACK with reserved flag 1", bytes: hex("20 02 02 00"), reason: FLAGS },
	{ name: "CONNACK with reserved flag 7", bytes: hex("20 02 80 00"), reason: FLAGS },
	{ name: "CONNACK with every flag", bytes: hex("20 02 ff 00"), reason: FLAGS },
	...[6, 7, 0x80, 0xff].map((code) => ({
		name: `CONNACK with the reserved return code ${code}`,
		bytes: Uint8Array.of(0x20, 2, 0, code),
		reason: `return code ${code} in CONNACK (3.2.2.3)`,
	})),
	...[1, 2, 3, 4, 5].map((code) => ({
		name: `CONNACK with session present and return code ${code} [MQTT-3.2.2-4]`,
		bytes: Uint8Array.of(0x20, 2, 1, code),
		reason: "session present in a refusal [MQTT-3.2.2-4]",
	})),
	{ name: "PUBACK 0 [MQTT-2.3.1-1]", bytes: hex("40 02 00 00"), reason: ID_ZERO },
	...["50", "62", "70", "b0"].map((first) => ({
		name: `${first} with packet id 0 [MQTT-2.3.1-1]`,
		bytes: hex(`${first} 02 00 00`),
		reason: ID_ZERO,
	})),
	{ name: "SUBACK 0 [MQTT-2.3.1-1]", bytes: hex("90 03 00 00 00"), reason: ID_ZERO },
	{
		name: "PUBLISH 0 with QoS 1 [MQTT-2.3.1-1] [MQTT-2.3.1-4]",
		bytes: hex("32 05 0001 61 0000"),
		reason: ID_ZERO,
	},
	...[3, 4, 0x7f, 0x81, 0xff].map((code) => ({
		name: `SUBACK with return code ${code} [MQTT-3.9.3-2]`,
		bytes: Uint8Array.of(0x90, 4, 0, 1, 0, code),
		reason: `return code ${code} in SUBACK [MQTT-3.9.3-2]`,
	})),
	{ name: "PUBLISH of no bytes", bytes: hex("30 00"), reason: NO_TOPIC },
	{ name: "PUBLISH of one byte", bytes: hex("30 01 00"), reason: NO_TOPIC },
	{ name: "PUBLISH of two bytes", bytes: hex("30 02 00 00"), reason: NO_TOPIC },
	{ name: "PUBLISH to a topic longer than itself", bytes: hex("30 03 0002 61"), reason: SHORT },
	{ name: "PUBLISH to the longest topic", bytes: hex("30 03 ffff 61"), reason: SHORT },
	{ name: "PUBLISH with QoS 1, no packet id", bytes: hex("32 03 0001 61"), reason: SHORT },
	{ name: "PUBLISH with QoS 2, no packet id", bytes: hex("34 03 0001 61"), reason: SHORT },
	{
		name: "PUBLISH with QoS 2, id 0 [MQTT-2.3.1-1] [MQTT-2.3.1-4]",
		bytes: hex("34 05 0001 61 0000"),
		reason: ID_ZERO,
	},
	{ name: "PUBLISH with QoS 1, half a packet id", bytes: hex("32 04 0001 61 01"), reason: SHORT },
	{
		name: "PUBLISH to an empty topic [MQTT-4.7.3-1]",
		bytes: hex("30 03 0000 61"),
		reason: "empty topic [MQTT-4.7.3-1]",
	},
	{
		name: "PUBLISH to a topic with U+0000 [MQTT-1.5.3-2] [MQTT-4.7.3-2]",
		bytes: hex("30 05 0003 610062"),
		reason: "U+0000 in a topic [MQTT-4.7.3-2]",
	},
	{ name: "PUBLISH to # [MQTT-3.3.2-2] [MQTT-4.7.1-1]", bytes: hex("30 03 0001 23"), reason: WILDCARD },
	{ name: "PUBLISH to + [MQTT-3.3.2-2]", bytes: hex("30 05 0003 612f2b"), reason: WILDCARD },
	{ name: "PUBLISH to an overlong topic [MQTT-1.5.3-1]", bytes: hex("30 04 0002 c080"), reason: ILL_FORMED },
	{ name: "PUBLISH to a surrogate [MQTT-1.5.3-1]", bytes: hex("30 05 0003 eda080"), reason: ILL_FORMED },
	{ name: "PUBLISH to U+110000 [MQTT-1.5.3-1]", bytes: hex("30 06 0004 f4908080"), reason: ILL_FORMED },
	{
		name: "PUBLISH to a topic that ends in the midst of a character [MQTT-1.5.3-1]",
		bytes: hex("30 06 0002 61e2 82ac"),
		reason: ILL_FORMED,
	},
	{ name: "a Remaining Length of five bytes (2.2.3)", bytes: hex("30 80 80 80 80 00"), reason: LONG },
	{ name: "a Remaining Length of five full bytes", bytes: hex("30 ff ff ff ff 7f"), reason: LONG },
	{ name: "a Remaining Length without an end", bytes: hex("d0 80 80 80 80 80 80"), reason: LONG },
];

/** All of them. */
export const MALFORMED = [...WRONG_FLAGS, ...UNEXPECTED_TYPES, ...PUBLISH_FLAGS, ...WRONG_LENGTHS, ...BODIES];
