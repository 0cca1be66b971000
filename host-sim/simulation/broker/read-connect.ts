import { Fields } from "./fields.js";
import type { Connect, Message, QoS, Unsupported, Violation } from "./packet.js";
import { copyInto } from "./text.js";
import { nameFault } from "./topics.js";

const LEVEL_3_1_1 = 4;

/** The connect flags (3.1.2.3). */
const USERNAME = 0x80;
const PASSWORD = 0x40;
const WILL_RETAIN = 0x20;
const WILL = 0x04;
const CLEAN = 0x02;
const RESERVED = 0x01;

/** Reads a CONNECT, whose bytes behind the fixed header lie from `at` to before `end` (3.1). */
export function readConnect(bytes: Uint8Array, at: number, end: number): Connect | Unsupported | Violation {
	const fields = new Fields(bytes, at, end);
	if (fields.text() !== "MQTT") fields.fail("MQTT-3.1.2-1", "a protocol name that is not MQTT");
	const level = fields.byte();
	if (fields.fault === undefined && level !== LEVEL_3_1_1) return { kind: "unsupported", level };
	const flags = fields.byte();
	checkFlags(fields, flags);
	const keepAlive = fields.word();
	const clientId = fields.text();
	const will = flags & WILL ? readWill(fields, bytes, flags) : undefined;
	const username = flags & USERNAME ? fields.text() : undefined;
	const password = flags & PASSWORD ? fields.binary() : undefined;
	if (fields.hasMore) fields.fail("MQTT-3.1.3-1", "more in a CONNECT than its flags say");
	return (
		fields.fault ?? {
			kind: "connect",
			clientId,
			clean: (flags & CLEAN) !== 0,
			keepAlive,
			will,
			username,
			password,
		}
	);
}

const willQosOf = (flags: number): number => (flags >> 3) & 3;

function checkFlags(fields: Fields, flags: number): void {
	if (flags & RESERVED) fields.fail("MQTT-3.1.2-3", "the reserved connect flag");
	const willQos = willQosOf(flags);
	if (willQos === 3) fields.fail("MQTT-3.1.2-14", "a will with QoS 3");
	if (!(flags & WILL) && willQos !== 0) fields.fail("MQTT-3.1.2-13", "a will QoS without a will");
	if (!(flags & WILL) && flags & WILL_RETAIN) fields.fail("MQTT-3.1.2-15", "will retain without a will");
	if (flags & PASSWORD && !(flags & USERNAME)) fields.fail("MQTT-3.1.2-22", "a password without a user name");
}

function readWill(fields: Fields, bytes: Uint8Array, flags: number): Message {
	const from = fields.at;
	const topic = fields.text();
	const topicEnd = fields.at;
	fields.fault ??= nameFault(topic);
	const payload = fields.binary();
	const content = new Uint8Array(topicEnd - from + payload.length);
	copyInto(content, 0, bytes, from, topicEnd);
	content.set(payload, topicEnd - from);
	return {
		topic,
		bytes: content,
		payloadAt: topicEnd - from,
		qos: willQosOf(flags) as QoS,
		retain: (flags & WILL_RETAIN) !== 0,
	};
}
