import { Fields } from "./fields.js";
import {
	type AcknowledgementKind,
	type Incoming,
	LONGEST_PACKET,
	PacketType,
	type QoS,
	type Subscription,
	type Violation,
	violation,
} from "./packet.js";
import { readConnect } from "./read-connect.js";
import { copyInto, copyOf, readText } from "./text.js";
import { filterFault, nameFault } from "./topics.js";

const NOTHING = Object.freeze(new Uint8Array(0)) as Uint8Array;

const ACKNOWLEDGEMENTS: readonly (AcknowledgementKind | undefined)[] = Object.freeze([
	undefined,
	undefined,
	undefined,
	undefined,
	"puback",
	"pubrec",
	"pubrel",
	"pubcomp",
]);

/**
 * The packets of a client in the bytes of its connection, however these are cut. What is found does not
 * share memory with the bytes given. After a violation nothing more is found.
 */
export class PacketReader {
	readonly #longest: number;
	#bytes = NOTHING;
	#start = 0;
	#end = 0;
	/** Whether `#bytes` is this reader's, with room behind `#end`. */
	#isOwn = false;
	#isOver = false;

	/** @param longest the longest packet it takes, as Remaining Length in bytes */
	constructor(longest = LONGEST_PACKET) {
		this.#longest = longest;
	}

	/** How many bytes wait for the rest of their packet. */
	get pending(): number {
		return this.#end - this.#start;
	}

	/** Takes bytes; they are not changed, and not kept beyond the next `next` that finds nothing. */
	push(chunk: Uint8Array): void {
		if (this.#start < this.#end) return this.#append(chunk);
		this.#bytes = chunk;
		this.#isOwn = false;
		this.#start = 0;
		this.#end = chunk.length;
	}

	/** The next packet, a violation, or `undefined` until more bytes come. */
	next(): Incoming | undefined {
		if (this.#isOver || this.#start === this.#end) return undefined;
		const bytes = this.#bytes;
		const first = bytes[this.#start] as number;
		const fault = headerFault(first);
		if (fault !== undefined) return this.#give(fault, this.#end);
		let at = this.#start + 1;
		let length = 0;
		for (let shift = 0; ; shift += 7) {
			if (shift > 21) return this.#give(violation("2.2.3", "a Remaining Length of five bytes"), this.#end);
			if (at >= this.#end) return this.#wait();
			const byte = bytes[at++] as number;
			length |= (byte & 0x7f) << shift;
			if (byte < 0x80) break;
		}
		if (length > this.#longest) {
			return this.#give(
				violation("4.2", `a packet of ${length} bytes, the limit is ${this.#longest}`),
				this.#end,
			);
		}
		const end = at + length;
		if (end > this.#end) return this.#wait();
		return this.#give(readPacket(bytes, first, at, end), end);
	}

	#give(packet: Incoming, end: number): Incoming {
		this.#start = end;
		if (packet.kind === "violation") this.#isOver = true;
		return packet;
	}

	/** Keeps a copy of what is there of the packet: the bytes given may change. */
	#wait(): undefined {
		if (this.#isOwn) return;
		this.#bytes = copyOf(this.#bytes, this.#start, this.#end);
		this.#end -= this.#start;
		this.#start = 0;
		this.#isOwn = true;
	}

	#append(chunk: Uint8Array): void {
		const pending = this.#end - this.#start;
		const needed = pending + chunk.length;
		if (this.#end + chunk.length > this.#bytes.length) {
			// Twice as much each time, so that a packet byte by byte costs no more than linear time.
			const room = new Uint8Array(needed * 2);
			copyInto(room, 0, this.#bytes, this.#start, this.#end);
			this.#bytes = room;
			this.#start = 0;
			this.#end = pending;
		}
		this.#bytes.set(chunk, this.#end);
		this.#end += chunk.length;
	}
}

/** What a packet's first byte alone has wrong (2.2.1, 2.2.2). */
function headerFault(first: number): Violation | undefined {
	const flags = first & 0x0f;
	switch (first >> 4) {
		case PacketType.publish:
			if ((flags & 6) === 6) return violation("MQTT-3.3.1-4", "PUBLISH with QoS 3");
			return (flags & 0x0e) === 8 ? violation("MQTT-3.3.1-2", "DUP with QoS 0") : undefined;
		case PacketType.pubrel:
		case PacketType.subscribe:
		case PacketType.unsubscribe:
			return flags === 2 ? undefined : violation("MQTT-2.2.2-2", "flags that are not 0010");
		case PacketType.connect:
		case PacketType.puback:
		case PacketType.pubrec:
		case PacketType.pubcomp:
		case PacketType.pingreq:
		case PacketType.disconnect:
			return flags === 0 ? undefined : violation("MQTT-2.2.2-2", "flags that are not 0000");
		default:
			return violation("2.2.1", `packet type ${first >> 4} from a client`);
	}
}

/** Reads a packet whose first byte is valid and whose other bytes lie from `at` to before `end`. */
function readPacket(bytes: Uint8Array, first: number, at: number, end: number): Incoming {
	const type = first >> 4;
	if (type === PacketType.publish) return readPublish(bytes, first, at, end);
	const kind = ACKNOWLEDGEMENTS[type];
	if (kind !== undefined) {
		if (end - at !== 2) return violation("2.2.3", `${kind} with a length of ${end - at}`);
		const id = wordAt(bytes, at);
		return id === 0 ? violation("MQTT-2.3.1-1", `${kind} with packet id 0`) : { kind, id };
	}
	if (type === PacketType.connect) return readConnect(bytes, at, end);
	if (type === PacketType.subscribe) return readSubscribe(bytes, at, end);
	if (type === PacketType.unsubscribe) return readUnsubscribe(bytes, at, end);
	const bare = type === PacketType.pingreq ? "pingreq" : "disconnect";
	return end === at ? { kind: bare } : violation("2.2.3", `${bare} with a length of ${end - at}`);
}

const wordAt = (bytes: Uint8Array, at: number): number =>
	((bytes[at] as number) << 8) | (bytes[at + 1] as number);

/** PUBLISH (3.3). */
function readPublish(bytes: Uint8Array, first: number, at: number, end: number): Incoming {
	const qos = ((first >> 1) & 3) as QoS;
	// A length that is not there leads beyond the end, whatever is read in its place.
	const topicEnd = at + 2 + wordAt(bytes, at);
	const payloadAt = qos === 0 ? topicEnd : topicEnd + 2;
	if (payloadAt > end) return violation("2.2.3", "a field that goes beyond the packet's end");
	const topic = readText(bytes, at + 2, topicEnd);
	if (typeof topic !== "string") return topic;
	const fault = nameFault(topic);
	if (fault !== undefined) return fault;
	const id = qos === 0 ? 0 : wordAt(bytes, topicEnd);
	if (qos !== 0 && id === 0) return violation("MQTT-2.3.1-1", "PUBLISH with packet id 0");
	const content = new Uint8Array(topicEnd - at + end - payloadAt);
	copyInto(content, 0, bytes, at, topicEnd);
	copyInto(content, topicEnd - at, bytes, payloadAt, end);
	const message = { topic, bytes: content, payloadAt: topicEnd - at, qos, retain: (first & 1) === 1 };
	return { kind: "publish", message, id, dup: (first & 8) !== 0 };
}

/** SUBSCRIBE (3.8). */
function readSubscribe(bytes: Uint8Array, at: number, end: number): Incoming {
	const fields = new Fields(bytes, at, end);
	const id = readId(fields);
	const subscriptions: Subscription[] = [];
	if (!fields.hasMore) fields.fail("MQTT-3.8.3-3", "SUBSCRIBE without a filter");
	while (fields.hasMore) {
		const filter = fields.text();
		fields.fault ??= filterFault(filter);
		const qos = fields.byte();
		if (qos > 2) fields.fail("MQTT-3.8.3-4", `a requested QoS of ${qos}`);
		subscriptions.push({ filter, qos: qos as QoS });
	}
	return fields.fault ?? { kind: "subscribe", id, subscriptions };
}

/** UNSUBSCRIBE (3.10). */
function readUnsubscribe(bytes: Uint8Array, at: number, end: number): Incoming {
	const fields = new Fields(bytes, at, end);
	const id = readId(fields);
	const filters: string[] = [];
	if (!fields.hasMore) fields.fail("MQTT-3.10.3-2", "UNSUBSCRIBE without a filter");
	while (fields.hasMore) {
		const filter = fields.text();
		fields.fault ??= filterFault(filter);
		filters.push(filter);
	}
	return fields.fault ?? { kind: "unsubscribe", id, filters };
}

function readId(fields: Fields): number {
	const id = fields.word();
	if (id === 0) fields.fail("MQTT-2.3.1-1", "packet id 0");
	return id;
}
