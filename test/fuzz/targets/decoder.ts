import { type Packet, parser } from "mqtt-packet";
import { Decoder } from "../../../firmware/mqtt/decode.js";
import { encodePublish, markDuplicate } from "../../../firmware/mqtt/encode.js";
import type { Incoming, Publish } from "../../../firmware/mqtt/packet.js";
import { longestAllocation } from "../allocations.js";
import { brokerStream } from "../broker-stream.js";
import { EACH, hexOf, joined, latin1, pieces, WHOLE } from "../bytes.js";
import { spoilt } from "../mutate.js";
import { type Read, referenceRead } from "../oracles/mqtt.js";
import { demand, demandSame, type Target } from "../target.js";

/** What a decoder of packets does; so that a broken one can take its place. */
export interface DecoderLike {
	push(bytes: Uint8Array): void;
	next(): Incoming | undefined;
}

/** Bytes of an input before the stream: which capacity, and how the stream is cut. */
const HEADER = 3;
const CAPACITIES = Object.freeze([2, 8, 16, 64, 256, 1024, 65_536, 65_536]);

/** A packet in one line, payload and reason included. */
function lineOf(incoming: Incoming): string {
	switch (incoming.kind) {
		case "connack":
			return `connack ${incoming.sessionPresent} ${incoming.returnCode}`;
		case "publish": {
			const { topic, id, qos, retain, duplicate, payload } = incoming;
			return `publish ${topic} ${id} ${qos} ${retain} ${duplicate} ${latin1(payload)}`;
		}
		case "oversize": {
			const { topic, id, qos, retain, length, payload } = incoming;
			return `oversize ${topic} ${id} ${qos} ${retain} ${length} ${latin1(payload)}`;
		}
		case "piece":
			return latin1(incoming.payload);
		case "suback":
			return `suback ${incoming.id} ${incoming.returnCodes}`;
		case "pingresp":
			return "pingresp ";
		case "malformed":
			return `malformed ${incoming.reason}`;
		default:
			return `${incoming.kind} ${incoming.id}`;
	}
}

/**
 * All that a decoder makes of these pieces, in lines; the pieces of an oversize message are one with it.
 * Counts how often it is asked.
 */
function decodeAll(decoder: DecoderLike, chunks: readonly Uint8Array[]): string[] {
	const lines: string[] = [];
	let bytes = 0;
	/** Bytes of an oversize message that are to come. */
	let left = 0;
	for (const chunk of chunks) {
		bytes += chunk.length;
		decoder.push(chunk);
		for (let packet = decoder.next(); packet !== undefined; packet = decoder.next()) {
			if (packet.kind === "piece") {
				left -= packet.payload.length;
				demand(packet.payload.length > 0 && packet.remaining === left, "a piece that does not fit");
				lines.push(`${lines.pop()}${lineOf(packet)}`);
				continue;
			}
			demand(left === 0, `${packet.kind} within an oversize message`);
			if (packet.kind === "oversize") left = packet.length - packet.payload.length;
			lines.push(lineOf(packet));
			// The shortest packet has two bytes; `malformed` may come after one.
			demand(lines.length <= bytes / 2 + 1, "more packets than bytes");
			if (packet.kind === "malformed") demand(decoder.next() === undefined, "something after malformed");
		}
	}
	return lines;
}

const withoutReason = (line: string): string => (line.startsWith("malformed") ? "malformed" : line);

/** The frame of a PUBLISH, from what was decoded of it. */
function encodedAgain(message: Publish): Uint8Array {
	const { topic, payload, qos, retain, id } = message;
	const bytes = encodePublish({ topic, payload, qos, retain }, id);
	if (message.duplicate) markDuplicate(bytes);
	return bytes;
}

/** What was decoded of each whole PUBLISH encodes to the bytes that it came in. */
function checkEncoding(decoder: DecoderLike, stream: Uint8Array, read: readonly Read[]): void {
	decoder.push(stream);
	for (const { start, end } of read) {
		let incoming = decoder.next();
		while (incoming?.kind === "piece") incoming = decoder.next();
		if (incoming?.kind !== "publish") continue;
		const again = encodedAgain(incoming);
		const body = again.subarray(again.length - (end - start));
		demandSame(hexOf(body), hexOf(stream.subarray(start, end)), "encodes to other bytes");
	}
}

/** What mqtt-packet makes of a packet, in the words of `lineOf`. */
function lineOfOther(packet: Packet): string {
	switch (packet.cmd) {
		case "connack":
			return `connack ${packet.sessionPresent} ${packet.returnCode}`;
		case "publish": {
			const { topic, messageId = 0, qos, retain, dup, payload } = packet;
			return `publish ${topic} ${qos === 0 ? 0 : messageId} ${qos} ${retain} ${dup} ${latin1(payload as Buffer)}`;
		}
		case "suback":
			return `suback ${packet.messageId} ${packet.granted}`;
		case "pingresp":
			return "pingresp ";
		default:
			return `${packet.cmd} ${packet.messageId}`;
	}
}

/** mqtt-packet, which knows no capacity, finds the same packets. */
function checkAgainstMqttPacket(stream: Uint8Array, read: readonly Read[], lines: readonly string[]): void {
	const valid = read.filter(({ kind }) => kind !== "malformed");
	if (valid.length === 0 || valid.some(({ kind }) => kind === "oversize")) return;
	const theirs: string[] = [];
	const reader = parser();
	reader.on("packet", (packet) => theirs.push(lineOfOther(packet)));
	reader.on("error", (error) => theirs.push(String(error)));
	reader.parse(Buffer.from(stream.subarray(0, valid.at(-1)?.end)));
	demandSame(theirs.join("\n"), lines.slice(0, valid.length).join("\n"), "mqtt-packet reads something else");
}

/** Everything that must hold for a decoder; `decoder` makes a new one. */
export const decoderTarget = (name: string, decoder: (capacity: number) => DecoderLike): Target => ({
	name,
	covers: [
		"firmware/mqtt/decode.ts",
		"firmware/mqtt/encode.ts",
		"firmware/mqtt/utf8.ts",
		"firmware/mqtt/topic.ts",
	],
	share: 30,
	generate: (random) => {
		const stream = random.chance(0.1) ? random.bytes(random.small(80)) : spoilt(brokerStream(random), random);
		return joined([random.bytes(HEADER), stream]);
	},
	run: (input) => {
		const [choice = 0, high = 0, low = 0] = input;
		const capacity = CAPACITIES[choice % CAPACITIES.length] as number;
		const stream = input.subarray(Math.min(HEADER, input.length));
		const read = referenceRead(stream, capacity);
		let whole: string[] = [];
		const longest = longestAllocation(() => {
			whole = decodeAll(decoder(capacity), pieces(stream, WHOLE));
			for (const cut of [EACH, high * 256 + low]) {
				const lines = decodeAll(decoder(capacity), pieces(stream, cut));
				demandSame(lines.join("\n"), whole.join("\n"), "another result when the stream is cut");
			}
		});
		demand(longest <= capacity, `${longest} bytes allocated, of ${capacity} allowed`);
		const wanted = read.map(({ line }) => line).join("\n");
		demandSame(whole.map(withoutReason).join("\n"), wanted, "the standard reads something else");
		checkEncoding(decoder(capacity), stream, read);
		checkAgainstMqttPacket(stream, read, whole);
		if (read.at(-1)?.kind === "malformed") return "malformed";
		return read.some(({ kind }) => kind === "oversize") ? "oversize" : "packets";
	},
});

export const decoder = decoderTarget("decoder", (capacity) => new Decoder(capacity));
