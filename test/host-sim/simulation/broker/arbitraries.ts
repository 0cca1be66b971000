import fc from "fast-check";
import type { Packet } from "mqtt-packet";

/** Text of any Unicode but U+0000 and lone surrogates; a byte order mark is likely. */
const anyText = fc
	.string({
		unit: fc.oneof(
			fc.constantFrom("a", "é", "€", "\u{1f4a1}", "\ufeff", "\uffff"),
			fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
		),
		maxLength: 70,
	})
	.map((text) => text.replaceAll("\0", "_"));

const anyTopic = fc
	.tuple(anyText, fc.constantFrom("", "/", "/x", "$"))
	.map(([text, end]) => `${text.replaceAll(/[#+]/g, "_")}${end}`)
	.filter((topic) => topic !== "");

const anyFilter = fc
	.tuple(anyTopic, fc.constantFrom("", "/+", "/#", "/+/x"))
	.map(([topic, end]) => `${topic}${end}`);

const anyQos = fc.constantFrom<0 | 1 | 2>(0, 1, 2);

const anyId = fc.oneof(fc.integer({ min: 1, max: 0xffff }), fc.constantFrom(1, 0xff, 0x100, 0xffff));

const anyPayload = fc
	.oneof(
		{ weight: 20, arbitrary: fc.uint8Array({ maxLength: 200 }) },
		// About where Remaining Length gets its third byte.
		{
			weight: 1,
			arbitrary: fc.integer({ min: 16_370, max: 16_390 }).map((length) => new Uint8Array(length)),
		},
	)
	.map((bytes) => Buffer.from(bytes));

const anyWill = fc.record({
	topic: anyTopic,
	payload: fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
	qos: anyQos,
	retain: fc.boolean(),
});

const anyConnect = fc
	.record({
		clientId: anyText,
		clean: fc.boolean(),
		keepalive: fc.integer({ min: 0, max: 0xffff }),
		will: fc.option(anyWill, { nil: undefined }),
		username: fc.option(anyText, { nil: undefined }),
		password: fc.option(anyWill, { nil: undefined }),
	})
	.filter(({ clientId, clean }) => clean || clientId !== "")
	.map(({ will, username, password, ...rest }): Packet => {
		return {
			cmd: "connect",
			protocolId: "MQTT",
			protocolVersion: 4,
			...rest,
			...(will !== undefined && { will }),
			...(username !== undefined && { username }),
			...(username !== undefined && password !== undefined && { password: password.payload }),
		};
	});

export const anyPublish = fc
	.record({
		topic: anyTopic,
		payload: anyPayload,
		qos: anyQos,
		retain: fc.boolean(),
		dup: fc.boolean(),
		id: anyId,
	})
	.map(({ id, dup, ...rest }) => {
		const isAcknowledged = rest.qos > 0;
		return {
			cmd: "publish" as const,
			...rest,
			dup: dup && isAcknowledged,
			...(isAcknowledged && { messageId: id }),
		};
	});

/** A packet of a client, as mqtt-packet takes it. */
export const anyClientPacket: fc.Arbitrary<Packet> = fc.oneof(
	anyConnect,
	anyPublish,
	fc.record({ cmd: fc.constantFrom("puback", "pubrec", "pubrel", "pubcomp"), messageId: anyId }),
	fc.record({
		cmd: fc.constant("subscribe" as const),
		messageId: anyId,
		subscriptions: fc.array(fc.record({ topic: anyFilter, qos: anyQos }), { minLength: 1, maxLength: 5 }),
	}),
	fc.record({
		cmd: fc.constant("unsubscribe" as const),
		messageId: anyId,
		unsubscriptions: fc.array(anyFilter, { minLength: 1, maxLength: 5 }),
	}),
	fc.constantFrom<Packet>({ cmd: "pingreq" }, { cmd: "disconnect" }),
);

/** Lengths of the pieces that a network makes of a stream; 0 is an empty piece. */
export const anyCuts = fc
	.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 12 })
	.filter((cuts) => cuts.some((cut) => cut > 0));

/** Cuts `bytes` into pieces of the lengths given, over and over. */
export function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
	const pieces: Uint8Array[] = [];
	for (let at = 0, turn = 0; at < bytes.length; turn++) {
		const length = lengths[turn % lengths.length] as number;
		pieces.push(bytes.subarray(at, at + length));
		at += length;
	}
	return pieces;
}
