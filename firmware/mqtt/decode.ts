/**
 * From bytes to packets. Everything here is the other side's doing: what it does wrong is a
 * `malformed` value, never an exception.
 */
import {
	type Acknowledgement,
	type Incoming,
	type Malformed,
	PacketType,
	type QoS,
	SUBSCRIPTION_FAILURE,
} from "./packet.js";
import { topicNameProblem } from "./topic.js";
import { readUtf8 } from "./utf8.js";

/** Remaining Lengths a packet type may have, but for PUBLISH: [least, most] (3.2 to 3.13). */
const LENGTHS: Readonly<Record<number, readonly [number, number]>> = Object.freeze({
	[PacketType.CONNACK]: [2, 2],
	[PacketType.PUBACK]: [2, 2],
	[PacketType.PUBREC]: [2, 2],
	[PacketType.PUBREL]: [2, 2],
	[PacketType.PUBCOMP]: [2, 2],
	[PacketType.SUBACK]: [3, Number.MAX_SAFE_INTEGER],
	[PacketType.UNSUBACK]: [2, 2],
	[PacketType.PINGRESP]: [0, 0],
});

const malformed = (reason: string): Malformed => ({ kind: "malformed", reason });

/**
 * Finds the packets in a stream of bytes, however it is cut. A packet that lies whole in one piece
 * is read where it lies; only one that is cut is gathered, in a buffer that exists no longer than
 * it takes. A PUBLISH larger than `capacity` becomes an `oversize`, and the rest of it comes in pieces.
 */
export class Decoder {
	readonly #capacity: number;
	#input: Uint8Array = EMPTY;
	#at = 0;
	/** The first byte of the packet under way; -1 between packets. */
	#first = -1;
	#length = 0;
	/** How far the bytes of the Remaining Length reach; -1 once all are there (2.2.3). */
	#shift = 0;
	#gathered: Uint8Array | undefined;
	#filled = 0;
	/** Bytes of an oversize message that are still to come. */
	#remaining = 0;
	#failed = false;

	/** @param capacity the largest packet body (Remaining Length) in bytes that is taken whole */
	constructor(capacity: number) {
		this.#capacity = capacity;
	}

	/** Hands over the next piece of the stream; `next` must have used up the one before. */
	push(bytes: Uint8Array): void {
		this.#input = bytes;
		this.#at = 0;
	}

	/** Whether all bytes so far were whole packets. */
	get isBetweenPackets(): boolean {
		return this.#first < 0 && this.#remaining === 0 && this.#at === this.#input.length;
	}

	/** Whether a message is under way that is larger than the capacity. */
	get isOversize(): boolean {
		return this.#remaining > 0 || this.#length > this.#capacity;
	}

	/** The next packet; `undefined` when more bytes are needed. Nothing comes after a `malformed`. */
	next(): Incoming | undefined {
		if (this.#failed) return undefined;
		const packet = this.#next();
		if (packet === undefined) {
			// Used up: memory for it must not be held until more comes.
			this.#input = EMPTY;
			this.#at = 0;
		} else if (packet.kind === "malformed") this.#failed = true;
		return packet;
	}

	#next(): Incoming | undefined {
		if (this.#remaining > 0) return this.#piece();
		if (this.#shift >= 0) {
			const problem = this.#header();
			if (problem !== undefined) return problem;
			if (this.#shift >= 0) return undefined;
		}
		const available = this.#input.length - this.#at;
		if (this.#gathered === undefined && available >= this.#length && this.#length <= this.#capacity) {
			const start = this.#at;
			this.#at += this.#length;
			return this.#finish(this.#input, start, this.#at);
		}
		const wanted = Math.min(this.#length, this.#capacity);
		this.#gathered ??= new Uint8Array(wanted);
		const taken = Math.min(wanted - this.#filled, available);
		this.#gathered.set(this.#input.subarray(this.#at, this.#at + taken), this.#filled);
		this.#at += taken;
		this.#filled += taken;
		if (this.#filled < wanted) return undefined;
		const body = this.#gathered;
		this.#gathered = undefined;
		this.#filled = 0;
		return this.#finish(body, 0, wanted);
	}

	#piece(): Incoming | undefined {
		const payload = this.#input.subarray(this.#at, this.#at + this.#remaining);
		if (payload.length === 0) return undefined;
		this.#at += payload.length;
		this.#remaining -= payload.length;
		return { kind: "piece", payload, remaining: this.#remaining };
	}

	/** Takes the fixed header (2.2) as far as it is there. */
	#header(): Malformed | undefined {
		while (this.#at < this.#input.length) {
			const byte = this.#input[this.#at++] as number;
			if (this.#first < 0) {
				const problem = firstByteProblem(byte);
				if (problem !== undefined) return malformed(problem);
				this.#first = byte;
				continue;
			}
			this.#length |= (byte & 0x7f) << this.#shift;
			if (byte & 0x80) {
				this.#shift += 7;
				if (this.#shift > 21) return malformed("a Remaining Length of more than 4 bytes");
				continue;
			}
			this.#shift = -1;
			return lengthProblem(this.#first >> 4, this.#length, this.#capacity);
		}
		return undefined;
	}

	/** Reads the body in `bytes` from `start` up to `end` and makes ready for the next packet. */
	#finish(bytes: Uint8Array, start: number, end: number): Incoming {
		const first = this.#first;
		this.#remaining = this.#length - (end - start);
		this.#first = -1;
		this.#length = 0;
		this.#shift = 0;
		switch (first >> 4) {
			case PacketType.PUBLISH:
				return readPublish(first, bytes, start, end, this.#remaining);
			case PacketType.CONNACK:
				return readConnack(bytes, start);
			case PacketType.SUBACK:
				return readSuback(bytes, start, end);
			case PacketType.PINGRESP:
				return { kind: "pingresp" };
			default:
				return readAcknowledgement(first >> 4, bytes, start);
		}
	}
}

const EMPTY = Object.freeze(new Uint8Array(0));
const ID_ZERO = "packet id 0 [MQTT-2.3.1-1]";

function firstByteProblem(first: number): string | undefined {
	const type = first >> 4;
	const flags = first & 0x0f;
	if (type === PacketType.PUBLISH) {
		if ((flags & 0x06) === 0x06) return "PUBLISH with QoS 3 [MQTT-3.3.1-4]";
		if ((flags & 0x0e) === 0x08) return "PUBLISH with DUP but QoS 0 [MQTT-3.3.1-2]";
		return undefined;
	}
	if (LENGTHS[type] === undefined) return `packet type ${type}, which a broker never sends here`;
	// PUBREL alone has a flag set (2.2.2).
	if (flags !== (type === PacketType.PUBREL ? 0x02 : 0))
		return `flags ${flags} on packet type ${type} [MQTT-2.2.2-2]`;
	return undefined;
}

function lengthProblem(type: number, length: number, capacity: number): Malformed | undefined {
	if (type === PacketType.PUBLISH) return length < 3 ? malformed("PUBLISH without a topic") : undefined;
	const limits = LENGTHS[type] as readonly [number, number];
	if (length >= limits[0] && length <= Math.min(limits[1], capacity)) return undefined;
	return malformed(`packet type ${type} with ${length} bytes`);
}

/** By packet type. */
const ACKNOWLEDGEMENTS: Readonly<Record<number, Acknowledgement["kind"]>> = Object.freeze({
	[PacketType.PUBACK]: "puback",
	[PacketType.PUBREC]: "pubrec",
	[PacketType.PUBREL]: "pubrel",
	[PacketType.PUBCOMP]: "pubcomp",
	[PacketType.UNSUBACK]: "unsuback",
});

function readAcknowledgement(type: number, bytes: Uint8Array, start: number): Incoming {
	const id = readUint16(bytes, start);
	return id === 0 ? malformed(ID_ZERO) : { kind: ACKNOWLEDGEMENTS[type] as Acknowledgement["kind"], id };
}

function readConnack(bytes: Uint8Array, start: number): Incoming {
	const flags = bytes[start] as number;
	const returnCode = bytes[start + 1] as number;
	if (flags > 1) return malformed("reserved flags in CONNACK (3.2.2.1)");
	if (returnCode > 5) return malformed(`return code ${returnCode} in CONNACK (3.2.2.3)`);
	if (flags === 1 && returnCode !== 0) {
		return malformed("session present in a refusal [MQTT-3.2.2-4]");
	}
	return { kind: "connack", sessionPresent: flags === 1, returnCode };
}

function readSuback(bytes: Uint8Array, start: number, end: number): Incoming {
	const id = readUint16(bytes, start);
	if (id === 0) return malformed(ID_ZERO);
	const returnCodes: number[] = [];
	for (let at = start + 2; at < end; at++) {
		const code = bytes[at] as number;
		if (code > 2 && code !== SUBSCRIPTION_FAILURE) {
			return malformed(`return code ${code} in SUBACK [MQTT-3.9.3-2]`);
		}
		returnCodes.push(code);
	}
	return { kind: "suback", id, returnCodes };
}

/** @param remaining bytes of payload that did not fit between `start` and `end` */
function readPublish(
	first: number,
	bytes: Uint8Array,
	start: number,
	end: number,
	remaining: number,
): Incoming {
	const qos = ((first >> 1) & 0x03) as QoS;
	const topicEnd = start + 2 + readUint16(bytes, start);
	const payloadStart = qos > 0 ? topicEnd + 2 : topicEnd;
	if (payloadStart > end) {
		return malformed(
			remaining > 0 ? "PUBLISH with a topic beyond the receive buffer" : "PUBLISH shorter than its topic",
		);
	}
	const topic = readUtf8(bytes, start + 2, topicEnd);
	if (topic === undefined) return malformed("ill-formed UTF-8 in a topic [MQTT-1.5.3-1]");
	const problem = topicNameProblem(bytes, start + 2, topicEnd);
	if (problem !== undefined) return malformed(problem);
	const id = qos > 0 ? readUint16(bytes, topicEnd) : 0;
	if (qos > 0 && id === 0) return malformed(ID_ZERO);
	const retain = (first & 0x01) === 1;
	const payload = bytes.subarray(payloadStart, end);
	if (remaining > 0) {
		return { kind: "oversize", topic, payload, qos, retain, id, length: payload.length + remaining };
	}
	return { kind: "publish", topic, payload, qos, retain, duplicate: (first & 0x08) !== 0, id };
}

function readUint16(bytes: Uint8Array, offset: number): number {
	return ((bytes[offset] as number) << 8) | (bytes[offset + 1] as number);
}
