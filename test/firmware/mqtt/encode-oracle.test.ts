import fc from "fast-check";
import type { IConnectPacket, IPublishPacket } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import {
	encodeAcknowledgement,
	encodeConnect,
	encodePublish,
	encodeSubscribe,
	encodeUnsubscribe,
	markDuplicate,
} from "../../../firmware/mqtt/encode.js";
import { PacketType } from "../../../firmware/mqtt/packet.js";
import { readMessage, readRecord } from "../../../firmware/mqtt/record.js";
import { topicFilterProblem } from "../../../firmware/mqtt/topic.js";
import { anyId, anyQos, anyText, anyTopic } from "./arbitraries.js";
import { concat, generated, parsed, utf8 } from "./support.js";

/** A string field of any Unicode but U+0000. */
const field = anyText.map((text) => text.replaceAll("\0", "_"));
const payload = fc.oneof(anyText, fc.uint8Array({ maxLength: 300 }));
const bytesOf = (value: string | Uint8Array): Buffer => Buffer.from(value);

const anyMessage = fc.record({ topic: anyTopic, payload, qos: anyQos, retain: fc.boolean() });

const credentials = fc.oneof(
	fc.constant({}),
	fc.record({ username: field }),
	fc.record({ username: field, password: payload }),
);

const anyConnect = fc
	.record(
		{
			clientId: field,
			cleanSession: fc.boolean(),
			seconds: fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0, 1, 0xff, 0x100, 0xffff)),
			will: anyMessage,
		},
		{ requiredKeys: ["clientId", "cleanSession", "seconds"] },
	)
	.filter(({ clientId, cleanSession }) => clientId !== "" || cleanSession);

const anyFilter = fc
	.array(
		fc.oneof(
			fc.constantFrom("+", "", "a", "\u20ac"),
			field.map((text) => text.replaceAll(/[/#+]/g, "_")),
		),
		{
			minLength: 1,
			maxLength: 4,
		},
	)
	.chain((levels) => fc.constantFrom(levels.join("/"), `${levels.join("/")}/#`, "#"))
	.filter((filter) => topicFilterProblem(filter) === undefined);

describe("mqtt-packet reads what was written, and writes the same [MQTT-7.0.0-2]", () => {
	it("CONNECT", () => {
		fc.assert(
			fc.property(anyConnect, credentials, ({ clientId, cleanSession, seconds, will }, login) => {
				const bytes = encodeConnect({
					clientId,
					cleanSession,
					keepAlive: seconds * 1000,
					...(will !== undefined && { will }),
					...login,
				});
				const { username, password } = login as { username?: string; password?: string | Uint8Array };
				const expected: IConnectPacket = {
					cmd: "connect",
					protocolId: "MQTT",
					protocolVersion: 4,
					clientId,
					clean: cleanSession,
					keepalive: seconds,
					...(will !== undefined && { will: { ...will, payload: bytesOf(will.payload) } }),
					...(username !== undefined && { username }),
					...(password !== undefined && { password: bytesOf(password) }),
				};
				const [packet, ...more] = parsed(bytes);
				expect(packet).toMatchObject(expected);
				expect(Object.hasOwn(packet as object, "will")).toBe(will !== undefined);
				expect(more).toEqual([]);
				expect(generated(expected)).toEqual(bytes);
			}),
			{ numRuns: 250 },
		);
	});

	it("PUBLISH, first and again", () => {
		fc.assert(
			fc.property(anyMessage, anyId, (message, id) => {
				const bytes = encodePublish(message, message.qos === 0 ? 0 : id);
				const expected: IPublishPacket = {
					cmd: "publish",
					topic: message.topic,
					payload: bytesOf(message.payload),
					qos: message.qos,
					retain: message.retain,
					dup: false,
					...(message.qos > 0 && { messageId: id }),
				};
				expect(parsed(bytes)).toMatchObject([expected]);
				expect(generated(expected)).toEqual(bytes);
				if (message.qos === 0) return;
				expect(readRecord(bytes)).toEqual({ kind: "publish", id });
				markDuplicate(bytes);
				expect(parsed(bytes)).toMatchObject([{ ...expected, dup: true }]);
				expect(generated({ ...expected, dup: true })).toEqual(bytes);
			}),
			{ numRuns: 250 },
		);
	});

	it("PUBLISH of every length of the fixed header", () => {
		for (const length of [127, 128, 16_383, 16_384, 2_097_151, 2_097_152]) {
			const content = new Uint8Array(length - 5).fill(0x61);
			const bytes = encodePublish({ topic: "a", payload: content, qos: 1, retain: false }, 9);
			const expected: IPublishPacket = {
				cmd: "publish",
				topic: "a",
				payload: bytesOf(content),
				qos: 1,
				retain: false,
				dup: false,
				messageId: 9,
			};
			expect(parsed(bytes)).toMatchObject([{ topic: "a", messageId: 9, length }]);
			expect(Buffer.compare(generated(expected), bytes)).toBe(0);
			expect(readRecord(bytes)).toEqual({ kind: "publish", id: 9 });
			expect(readMessage(bytes).payload).toHaveLength(content.length);
		}
	});

	it("UNSUBSCRIBE", () => {
		const filters = fc.array(anyFilter, { minLength: 1, maxLength: 5 });
		fc.assert(
			fc.property(filters, anyId, (unwanted, id) => {
				const bytes = encodeUnsubscribe(unwanted, id);
				expect(parsed(bytes)).toMatchObject([
					{ cmd: "unsubscribe", qos: 1, messageId: id, unsubscriptions: unwanted },
				]);
				expect(generated({ cmd: "unsubscribe", messageId: id, unsubscriptions: unwanted })).toEqual(bytes);
			}),
		);
	});

	it("SUBSCRIBE", () => {
		const subscriptions = fc.array(fc.record({ filter: anyFilter, qos: anyQos }), {
			minLength: 1,
			maxLength: 5,
		});
		fc.assert(
			fc.property(subscriptions, anyId, (wanted, id) => {
				const bytes = encodeSubscribe(wanted, id);
				const topics = wanted.map(({ filter, qos }) => ({ topic: filter, qos }));
				expect(parsed(bytes)).toMatchObject([{ cmd: "subscribe", messageId: id, subscriptions: topics }]);
				expect(generated({ cmd: "subscribe", messageId: id, subscriptions: topics })).toEqual(bytes);
			}),
			{ numRuns: 250 },
		);
	});

	it.each([
		{ cmd: "puback" as const, type: PacketType.PUBACK, first: 0x40 },
		{ cmd: "pubrec" as const, type: PacketType.PUBREC, first: 0x50 },
		{ cmd: "pubrel" as const, type: PacketType.PUBREL, first: 0x62 },
		{ cmd: "pubcomp" as const, type: PacketType.PUBCOMP, first: 0x70 },
	])("$cmd, every packet id", ({ cmd, type, first }) => {
		for (let id = 1; id <= 0xffff; id++) {
			const bytes = encodeAcknowledgement(type, id);
			if (bytes.length === 4 && bytes[0] === first && bytes[1] === 2) {
				if ((bytes[2] as number) * 256 + (bytes[3] as number) === id) continue;
			}
			expect.fail(`packet id ${id}`);
		}
		expect(generated({ cmd, messageId: 0xfffe })).toEqual(encodeAcknowledgement(type, 0xfffe));
	});

	it("what follows each other in one stream", () => {
		fc.assert(
			fc.property(fc.array(fc.tuple(anyMessage, anyId), { minLength: 2, maxLength: 5 }), (messages) => {
				const packets = messages.map(([message, id]) => encodePublish(message, id));
				const read = parsed(concat(...packets)) as IPublishPacket[];
				expect(read.map(({ topic }) => utf8(topic))).toEqual(messages.map(([{ topic }]) => utf8(topic)));
			}),
		);
	});
});
