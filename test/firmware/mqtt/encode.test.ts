import { describe, expect, it } from "vitest";
import {
	encodeAcknowledgement,
	encodeConnect,
	encodeDisconnect,
	encodePingreq,
	encodePublish,
	encodeSubscribe,
	encodeUnsubscribe,
} from "../../../firmware/mqtt/encode.js";
import {
	type ConnectOptions,
	type Message,
	PacketType,
	type Subscription,
} from "../../../firmware/mqtt/packet.js";
import { hex, toHex, utf8 } from "./support.js";

const connect = (options: Partial<ConnectOptions> = {}) =>
	encodeConnect({ clientId: "lamp", cleanSession: true, keepAlive: 60_000, ...options });

const message = (options: Partial<Message> = {}): Message => ({
	topic: "a/b",
	payload: "on",
	qos: 0,
	retain: false,
	...options,
});

const will = message({ topic: "w", payload: "off" });

const PACKETS = [
	{
		name: "CONNECT: protocol name, level 4, reserved bit 0 [MQTT-3.1.2-1] [MQTT-3.1.2-3]",
		encode: () => connect(),
		bytes: "10 10 0004 4d515454 04 02 003c 0004 6c616d70",
	},
	{
		name: "CONNECT that keeps the session [MQTT-3.1.2-4]",
		encode: () => connect({ cleanSession: false }),
		bytes: "10 10 0004 4d515454 04 00 003c 0004 6c616d70",
	},
	{
		name: "CONNECT with an empty client id [MQTT-3.1.3-6] [MQTT-3.1.3-7]",
		encode: () => connect({ clientId: "" }),
		bytes: "10 0c 0004 4d515454 04 02 003c 0000",
	},
	{
		name: "CONNECT without keep-alive",
		encode: () => connect({ keepAlive: 0 }),
		bytes: "10 10 0004 4d515454 04 02 0000 0004 6c616d70",
	},
	{
		name: "CONNECT with the longest keep-alive",
		encode: () => connect({ keepAlive: 65_535_000 }),
		bytes: "10 10 0004 4d515454 04 02 ffff 0004 6c616d70",
	},
	{
		name: "CONNECT with a keep-alive of part of a second, rounded up",
		encode: () => connect({ keepAlive: 1 }),
		bytes: "10 10 0004 4d515454 04 02 0001 0004 6c616d70",
	},
	{
		name: "CONNECT with a keep-alive just over seconds, rounded up",
		encode: () => connect({ keepAlive: 256_001 }),
		bytes: "10 10 0004 4d515454 04 02 0101 0004 6c616d70",
	},
	{
		name: "CONNECT with a will, not retained [MQTT-3.1.2-9] [MQTT-3.1.2-16]",
		encode: () => connect({ will }),
		bytes: "10 18 0004 4d515454 04 06 003c 0004 6c616d70 0001 77 0003 6f6666",
	},
	{
		name: "CONNECT with a retained will of QoS 1 [MQTT-3.1.2-14] [MQTT-3.1.2-17]",
		encode: () => connect({ will: { ...will, qos: 1, retain: true } }),
		bytes: "10 18 0004 4d515454 04 2e 003c 0004 6c616d70 0001 77 0003 6f6666",
	},
	{
		name: "CONNECT with a will of bytes",
		encode: () => connect({ will: { ...will, payload: hex("ff 00") } }),
		bytes: "10 17 0004 4d515454 04 06 003c 0004 6c616d70 0001 77 0002 ff00",
	},
	{
		name: "CONNECT with an empty will",
		encode: () => connect({ will: { ...will, payload: "" } }),
		bytes: "10 15 0004 4d515454 04 06 003c 0004 6c616d70 0001 77 0000",
	},
	{
		name: "CONNECT with a user name, its length in bytes [MQTT-3.1.2-19] [MQTT-3.1.3-11]",
		encode: () => connect({ username: "\u00e9" }),
		bytes: "10 14 0004 4d515454 04 82 003c 0004 6c616d70 0002 c3a9",
	},
	{
		name: "CONNECT with an empty user name",
		encode: () => connect({ username: "" }),
		bytes: "10 12 0004 4d515454 04 82 003c 0004 6c616d70 0000",
	},
	{
		name: "CONNECT with a user name and a password of text [MQTT-3.1.2-21]",
		encode: () => connect({ username: "u", password: "\u20ac" }),
		bytes: "10 18 0004 4d515454 04 c2 003c 0004 6c616d70 0001 75 0003 e282ac",
	},
	{
		name: "CONNECT with a user name and a password of bytes",
		encode: () => connect({ username: "u", password: hex("00 ff") }),
		bytes: "10 17 0004 4d515454 04 c2 003c 0004 6c616d70 0001 75 0002 00ff",
	},
	{
		name: "CONNECT with everything, in the order of the standard [MQTT-3.1.3-1]",
		encode: () =>
			connect({
				cleanSession: false,
				will: { ...will, qos: 1, retain: true },
				username: "u",
				password: "p",
			}),
		bytes: "10 1e 0004 4d515454 04 ec 003c 0004 6c616d70 0001 77 0003 6f6666 0001 75 0001 70",
	},
	{
		name: "PUBLISH with QoS 0: no DUP, no packet id [MQTT-2.3.1-5] [MQTT-3.3.1-2] [MQTT-4.3.1-1]",
		encode: () => encodePublish(message(), 0),
		bytes: "30 07 0003 612f62 6f6e",
	},
	{
		name: "PUBLISH with QoS 1",
		encode: () => encodePublish(message({ qos: 1 }), 0x1234),
		bytes: "32 09 0003 612f62 1234 6f6e",
	},
	{
		name: "PUBLISH with the last packet id",
		encode: () => encodePublish(message({ qos: 1 }), 0xffff),
		bytes: "32 09 0003 612f62 ffff 6f6e",
	},
	{
		name: "PUBLISH retained [MQTT-3.3.1-5]",
		encode: () => encodePublish(message({ retain: true }), 0),
		bytes: "31 07 0003 612f62 6f6e",
	},
	{
		name: "PUBLISH retained, with QoS 1",
		encode: () => encodePublish(message({ qos: 1, retain: true }), 1),
		bytes: "33 09 0003 612f62 0001 6f6e",
	},
	{
		name: "PUBLISH with an empty payload, which clears what is retained [MQTT-3.3.1-10]",
		encode: () => encodePublish(message({ payload: "", retain: true }), 0),
		bytes: "31 05 0003 612f62",
	},
	{
		name: "PUBLISH of text, U+0000 included: a payload is no string field",
		encode: () => encodePublish(message({ payload: "\0\u{1f4a1}" }), 0),
		bytes: "30 0a 0003 612f62 00 f09f92a1",
	},
	{
		name: "PUBLISH of bytes that are no text",
		encode: () => encodePublish(message({ payload: hex("ff fe 00") }), 0),
		bytes: "30 08 0003 612f62 fffe00",
	},
	{
		name: "PUBLISH to a topic beyond ASCII, its length in bytes [MQTT-3.3.2-1]",
		encode: () => encodePublish(message({ topic: "\u20ac", payload: "" }), 0),
		bytes: "30 05 0003 e282ac",
	},
	{
		name: "PUBACK [MQTT-2.3.1-6]",
		encode: () => encodeAcknowledgement(PacketType.PUBACK, 0x1234),
		bytes: "40 02 1234",
	},
	{
		name: "PUBREC [MQTT-2.3.1-6]",
		encode: () => encodeAcknowledgement(PacketType.PUBREC, 0x1234),
		bytes: "50 02 1234",
	},
	{
		name: "PUBREL, its reserved flags 0010 [MQTT-3.6.1-1]",
		encode: () => encodeAcknowledgement(PacketType.PUBREL, 0x1234),
		bytes: "62 02 1234",
	},
	{
		name: "PUBCOMP",
		encode: () => encodeAcknowledgement(PacketType.PUBCOMP, 0x1234),
		bytes: "70 02 1234",
	},
	{
		name: "UNSUBSCRIBE, its reserved flags 0010 [MQTT-3.10.1-1]",
		encode: () => encodeUnsubscribe(["a/b"], 10),
		bytes: "a2 07 000a 0003 612f62",
	},
	{
		name: "UNSUBSCRIBE of several filters, one behind the other [MQTT-3.10.3-1] [MQTT-3.10.3-2]",
		encode: () => encodeUnsubscribe(["#", "\u00e9/+"], 0xffff),
		bytes: "a2 0b ffff 0001 23 0004 c3a92f2b",
	},
	{
		name: "SUBSCRIBE, its reserved flags 0010 [MQTT-3.8.1-1]",
		encode: () => encodeSubscribe([{ filter: "a/b", qos: 1 }], 10),
		bytes: "82 08 000a 0003 612f62 01",
	},
	{
		name: "SUBSCRIBE to several filters, their lengths in bytes [MQTT-3.8.3-1] [MQTT-3.8.3-3]",
		encode: () =>
			encodeSubscribe(
				[
					{ filter: "+/\u00e9/#", qos: 0 },
					{ filter: "$SYS/#", qos: 1 },
				],
				0xfffe,
			),
		bytes: "82 14 fffe 0006 2b2fc3a92f23 00 0006 245359532f23 01",
	},
	...([0, 1, 2] as const).map((qos) => ({
		name: `SUBSCRIBE with QoS ${qos}, the other bits of its byte 0 [MQTT-3.8.3-4]`,
		encode: () => encodeSubscribe([{ filter: "a", qos }], 1),
		bytes: `82 06 0001 0001 61 0${qos}`,
	})),
	{ name: "PINGREQ", encode: () => encodePingreq(), bytes: "c0 00" },
	{ name: "DISCONNECT [MQTT-3.14.1-1]", encode: () => encodeDisconnect(), bytes: "e0 00" },
];

describe("encodes", () => {
	it.each(PACKETS)("$name", ({ encode, bytes }) => {
		expect(toHex(encode())).toBe(bytes.replaceAll(" ", ""));
	});

	// "a" with QoS 0 takes 3 bytes of the Remaining Length (2.2.3), the payload the rest.
	it.each([
		{ length: 3, header: "30 03" },
		{ length: 127, header: "30 7f" },
		{ length: 128, header: "30 80 01" },
		{ length: 129, header: "30 81 01" },
		{ length: 16_383, header: "30 ff 7f" },
		{ length: 16_384, header: "30 80 80 01" },
		{ length: 2_097_151, header: "30 ff ff 7f" },
		{ length: 2_097_152, header: "30 80 80 80 01" },
		{ length: 2_097_153, header: "30 81 80 80 01" },
	])("a Remaining Length of $length in as few bytes as it takes", ({ length, header }) => {
		const payload = new Uint8Array(length - 3).fill(0x78);
		const bytes = encodePublish(message({ topic: "a", payload }), 0);
		const start = hex(header).length;
		expect(toHex(bytes.subarray(0, start))).toBe(header.replaceAll(" ", ""));
		expect(bytes.length).toBe(start + length);
		expect(toHex(bytes.subarray(start, start + 3))).toBe("000161");
		expect(Buffer.compare(bytes.subarray(start + 3), payload)).toBe(0);
	});

	it("fields of up to 65,535 bytes [MQTT-4.7.3-3]", () => {
		const topic = "\u00e9".repeat(32_767);
		const bytes = encodePublish(message({ topic: `${topic}x`, payload: "" }), 0);
		expect(toHex(bytes.subarray(0, 6))).toBe("3081 8004 ffff".replaceAll(" ", ""));
		expect(Buffer.compare(bytes.subarray(6), utf8(`${topic}x`))).toBe(0);
	});
});

const subscribe = (filter: string) => () => encodeSubscribe([{ filter, qos: 1 }], 1);
const publish = (options: Partial<Message>, id = 1) => {
	return () => encodePublish(message({ qos: 1, ...options }), id);
};

describe("throws a RangeError for", () => {
	it.each([
		{ name: "packet id 0 in PUBLISH [MQTT-2.3.1-1]", encode: publish({}, 0), text: /packet id 0/ },
		{ name: "packet id 65536 in PUBLISH", encode: publish({}, 0x1_0000), text: /packet id 65536/ },
		{ name: "a negative packet id", encode: publish({}, -1), text: /packet id -1/ },
		{ name: "a packet id that is no number", encode: publish({}, Number.NaN), text: /packet id NaN/ },
		{
			name: "packet id 0 in PUBACK",
			encode: () => encodeAcknowledgement(PacketType.PUBACK, 0),
			text: /MQTT-2\.3\.1-1/,
		},
		{
			name: "packet id 65536 in PUBACK",
			encode: () => encodeAcknowledgement(PacketType.PUBACK, 0x1_0000),
			text: /MQTT-2\.3\.1-1/,
		},
		{
			name: "packet id 0 in SUBSCRIBE",
			encode: () => encodeSubscribe([{ filter: "a", qos: 0 }], 0),
			text: /MQTT-2\.3\.1-1/,
		},
		{
			name: "packet id 0 in PUBREL",
			encode: () => encodeAcknowledgement(PacketType.PUBREL, 0),
			text: /MQTT-2\.3\.1-1/,
		},
		{
			name: "packet id 0 in UNSUBSCRIBE",
			encode: () => encodeUnsubscribe(["a"], 0),
			text: /MQTT-2\.3\.1-1/,
		},
		{
			name: "UNSUBSCRIBE from nothing [MQTT-3.10.3-2]",
			encode: () => encodeUnsubscribe([], 1),
			text: /MQTT-3\.10\.3-2/,
		},
		{
			name: "UNSUBSCRIBE from no filter",
			encode: () => encodeUnsubscribe(["a+"], 1),
			text: /MQTT-4\.7\.1-3/,
		},
		{
			name: "SUBSCRIBE to nothing [MQTT-3.8.3-3]",
			encode: () => encodeSubscribe([], 1),
			text: /MQTT-3\.8\.3-3/,
		},
		{ name: "an empty filter [MQTT-4.7.3-1]", encode: subscribe(""), text: /MQTT-4\.7\.3-1/ },
		{ name: "U+0000 in a filter [MQTT-4.7.3-2]", encode: subscribe("a\0"), text: /MQTT-4\.7\.3-2/ },
		{ name: "# before the end of a filter", encode: subscribe("#/a"), text: /MQTT-4\.7\.1-2/ },
		{ name: "+ in the midst of a level", encode: subscribe("a+"), text: /MQTT-4\.7\.1-3/ },
		{ name: "a filter of 65,536 bytes [MQTT-4.7.3-3]", encode: subscribe("a".repeat(65_536)), text: /65536/ },
		{ name: "a lone surrogate in a filter [MQTT-3.8.3-1]", encode: subscribe("\ud800"), text: /surrogate/ },
		{
			name: "one bad filter among good ones",
			encode: () =>
				encodeSubscribe(
					["a", "b#"].map((filter): Subscription => ({ filter, qos: 0 })),
					1,
				),
			text: /MQTT-4\.7\.1-2/,
		},
		{ name: "an empty topic [MQTT-4.7.3-1]", encode: publish({ topic: "" }), text: /MQTT-4\.7\.3-1/ },
		{
			name: "a wildcard in a topic [MQTT-3.3.2-2] [MQTT-4.7.1-1]",
			encode: publish({ topic: "a/#" }),
			text: /MQTT-3\.3\.2-2/,
		},
		{ name: "U+0000 in a topic [MQTT-4.7.3-2]", encode: publish({ topic: "\0" }), text: /MQTT-4\.7\.3-2/ },
		{
			name: "a lone surrogate in a topic [MQTT-3.3.2-1]",
			encode: publish({ topic: "\udc00" }),
			text: /surrogate/,
		},
		{ name: "a lone surrogate in a payload", encode: publish({ payload: "\udc00" }), text: /surrogate/ },
		{
			name: "a topic of 65,536 bytes [MQTT-4.7.3-3]",
			encode: publish({ topic: "a".repeat(65_536) }),
			text: /65536/,
		},
		{ name: "a topic of 65,536 bytes, not units", encode: publish({ topic: "\u00e9".repeat(32_768) }) },
		{
			name: "a Remaining Length over 268,435,455",
			encode: publish({ topic: "a", qos: 0, payload: new Uint8Array(268_435_453) }),
			text: /268435456/,
		},
		{
			name: "an empty client id that keeps a session [MQTT-3.1.3-7]",
			encode: () => connect({ clientId: "", cleanSession: false }),
			text: /MQTT-3\.1\.3-7/,
		},
		{
			name: "U+0000 in a client id [MQTT-1.5.3-2]",
			encode: () => connect({ clientId: "a\0" }),
			text: /MQTT-1\.5\.3-2/,
		},
		{
			name: "U+0000 in a user name [MQTT-1.5.3-2]",
			encode: () => connect({ username: "\0" }),
			text: /MQTT-1\.5\.3-2/,
		},
		{ name: "a lone surrogate in a client id [MQTT-3.1.3-4]", encode: () => connect({ clientId: "\ud800" }) },
		{ name: "a client id of 65,536 bytes", encode: () => connect({ clientId: "a".repeat(65_536) }) },
		{
			name: "a password without a user name [MQTT-3.1.2-22]",
			encode: () => connect({ password: "" }),
			text: /3\.1\.2-22/,
		},
		{ name: "a keep-alive over 65,535 s", encode: () => connect({ keepAlive: 65_535_001 }) },
		{ name: "a negative keep-alive", encode: () => connect({ keepAlive: -1000 }), text: /keep-alive/ },
		{ name: "a keep-alive just under 0", encode: () => connect({ keepAlive: -1 }), text: /keep-alive/ },
		{ name: "a keep-alive that is no number", encode: () => connect({ keepAlive: Number.NaN }) },
		{ name: "an endless keep-alive", encode: () => connect({ keepAlive: Number.POSITIVE_INFINITY }) },
		{
			name: "a wildcard in a will's topic [MQTT-4.7.1-1]",
			encode: () => connect({ will: { ...will, topic: "+" } }),
		},
		{ name: "an empty will's topic", encode: () => connect({ will: { ...will, topic: "" } }) },
		{
			name: "a will of 65,536 bytes",
			encode: () => connect({ will: { ...will, payload: new Uint8Array(65_536) } }),
		},
	])("$name", ({ encode, text = /./ }) => {
		expect(encode).toThrow(RangeError);
		expect(encode).toThrow(text);
	});
});
