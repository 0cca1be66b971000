import { describe, expect, it } from "vitest";
import { Decoder } from "../../../firmware/mqtt/decode.js";
import type { Incoming, Oversize, Publish } from "../../../firmware/mqtt/packet.js";
import { broker, byteByByte, chunked, concat, decodeAll, hex, splits } from "./support.js";

const CAPACITY = 64;
const TOPIC = "lamp/commands";
const AFTER = concat(broker.puback(7), broker.publish("a/b", "on", 1, 8));
const AFTER_PACKETS: readonly Incoming[] = decodeAll([AFTER]);

/** Bytes whose every part looks like a packet of its own. */
const trap = (length: number): Uint8Array =>
	Uint8Array.from({ length }, (_, index) => [0xd0, 0x00, 0x40, 0x02, 0xff, 0x3f][index % 6] as number);

/** A PUBLISH of so many bytes of Remaining Length. */
function publishOf(length: number, qos: 0 | 1, first = 0x30 | (qos << 1)): Uint8Array {
	const payload = trap(length - 2 - TOPIC.length - 2 * qos);
	const bytes = broker.publish(TOPIC, payload, qos, qos * 0x1234);
	bytes[0] = first;
	return bytes;
}

const oversize = (length: number, qos: 0 | 1, retain = false): Oversize => ({
	kind: "oversize",
	topic: TOPIC,
	payload: trap(length - 2 - TOPIC.length - 2 * qos),
	qos,
	retain,
	id: qos * 0x1234,
	length: length - 2 - TOPIC.length - 2 * qos,
});

/** Bytes held in array buffers, as Node counts them. */
const held = () => process.memoryUsage().arrayBuffers;

describe("a PUBLISH that fits the receive buffer", () => {
	it.each([
		{ length: CAPACITY - 1, qos: 0 as const },
		{ length: CAPACITY - 1, qos: 1 as const },
		{ length: CAPACITY, qos: 0 as const },
		{ length: CAPACITY, qos: 1 as const },
	])("is whole: $length bytes, QoS $qos", ({ length, qos }) => {
		const stream = concat(publishOf(length, qos), AFTER);
		for (const pieces of [...splits(stream), byteByByte(stream)]) {
			const [packet, ...after] = decodeAll(pieces, CAPACITY);
			expect(packet).toMatchObject({ kind: "publish", topic: TOPIC, qos });
			expect((packet as Publish).payload).toEqual(trap(length - 2 - TOPIC.length - 2 * qos));
			expect(after).toEqual(AFTER_PACKETS);
		}
	});
});

describe("a PUBLISH larger than the receive buffer", () => {
	it.each([
		{ length: CAPACITY + 1, qos: 0 as const },
		{ length: CAPACITY + 1, qos: 1 as const },
		{ length: CAPACITY + 2, qos: 0 as const },
		{ length: 127, qos: 0 as const },
		{ length: 128, qos: 1 as const },
		{ length: 2 * CAPACITY, qos: 1 as const },
		{ length: 300, qos: 0 as const },
	])("comes in pieces, and the next packet is intact: $length bytes, QoS $qos", ({ length, qos }) => {
		const stream = concat(publishOf(length, qos), AFTER);
		const packets = [oversize(length, qos), ...AFTER_PACKETS];
		for (const pieces of splits(stream)) expect(decodeAll(pieces, CAPACITY)).toEqual(packets);
		for (let piece = 1; piece <= length + 8; piece++) {
			expect(decodeAll(chunked(stream, [piece]), CAPACITY)).toEqual(packets);
		}
	});

	it("comes in pieces wherever it is cut in three", () => {
		const stream = concat(publishOf(CAPACITY + 9, 1), AFTER);
		const packets = [oversize(CAPACITY + 9, 1), ...AFTER_PACKETS];
		for (let first = 0; first <= stream.length; first++) {
			for (let second = first; second <= stream.length; second++) {
				const pieces = [stream.subarray(0, first), stream.subarray(first, second), stream.subarray(second)];
				if (decodeAll(pieces, CAPACITY).length !== packets.length) expect.fail(`cut at ${first}, ${second}`);
			}
		}
		expect(decodeAll(chunked(stream, [1, 2, 3, 5, 8, 13]), CAPACITY)).toEqual(packets);
	});

	it("may follow another", () => {
		const stream = concat(publishOf(200, 1), publishOf(100, 0), publishOf(CAPACITY, 0), publishOf(65, 1));
		for (let piece = 1; piece <= stream.length; piece++) {
			const packets = decodeAll(chunked(stream, [piece]), CAPACITY);
			expect(packets.map(({ kind }) => kind)).toEqual(["oversize", "oversize", "publish", "oversize"]);
		}
	});

	it("keeps RETAIN", () => {
		expect(decodeAll([publishOf(100, 0, 0x31)], CAPACITY)).toEqual([oversize(100, 0, true)]);
		expect(decodeAll([publishOf(100, 1, 0x3b)], CAPACITY)).toEqual([oversize(100, 1, true)]);
	});

	it("is told as soon as the receive buffer is full, before its end", () => {
		const stream = publishOf(200, 1);
		const decoder = new Decoder(CAPACITY);
		// The fixed header has 3 bytes.
		decoder.push(stream.subarray(0, 3 + CAPACITY - 1));
		expect(decoder.next()).toBeUndefined();
		decoder.push(stream.subarray(3 + CAPACITY - 1, 3 + CAPACITY));
		const message = oversize(200, 1);
		const start = CAPACITY - 2 - TOPIC.length - 2;
		expect(decoder.next()).toEqual({ ...message, payload: message.payload.subarray(0, start) });
		expect(decoder.next()).toBeUndefined();
		decoder.push(stream.subarray(3 + CAPACITY, 3 + CAPACITY + 10));
		const remaining = 200 - CAPACITY - 10;
		const first = message.payload.subarray(start, start + 10);
		expect(decoder.next()).toEqual({ kind: "piece", payload: first, remaining });
		expect(decoder.next()).toBeUndefined();
		decoder.push(concat(stream.subarray(3 + CAPACITY + 10), AFTER));
		const last = message.payload.subarray(start + 10);
		expect(decoder.next()).toEqual({ kind: "piece", payload: last, remaining: 0 });
		expect(decoder.next()).toEqual(AFTER_PACKETS[0]);
	});

	// A Remaining Length of three bytes.
	const large = concat(publishOf(16_384, 1), AFTER, publishOf(16_385, 0), AFTER);

	it.each([
		{ name: "one piece", pieces: [100_000] },
		{ name: "pieces of 1 KB", pieces: [1024] },
		{ name: "pieces of a packet on a wire", pieces: [1460] },
		{ name: "pieces of odd lengths", pieces: [1, 4093, 0, 7] },
	])("comes whole in the end when it has 16 KB, in $name", ({ pieces }) => {
		expect(decodeAll(chunked(large, pieces), CAPACITY)).toEqual([
			oversize(16_384, 1),
			...AFTER_PACKETS,
			oversize(16_385, 0),
			...AFTER_PACKETS,
		]);
	});

	it.each([
		{ name: "ill-formed UTF-8 in its topic", bytes: "30 50 0002 c080", reason: /MQTT-1\.5\.3-1/ },
		{ name: "an empty topic", bytes: "30 50 0000 6161", reason: /MQTT-4\.7\.3-1/ },
		{ name: "a wildcard in its topic", bytes: "30 50 0002 612b", reason: /MQTT-3\.3\.2-2/ },
		{ name: "packet id 0", bytes: "32 50 0002 6161 0000", reason: /MQTT-2\.3\.1-1/ },
		{ name: "a topic that does not fit", bytes: "30 50 003f 6161", reason: /beyond the receive buffer/ },
		{ name: "a packet id that does not fit", bytes: "32 50 003e 6161", reason: /beyond the receive buffer/ },
		{ name: "a packet id that fits by half", bytes: "32 50 003d 6161", reason: /beyond the receive buffer/ },
	])("is malformed with $name", ({ bytes, reason }) => {
		const start = hex(bytes);
		const stream = concat(start, new Uint8Array(82 - start.length).fill(0x61), AFTER);
		const malformed = { kind: "malformed", reason: expect.stringMatching(reason) };
		expect(decodeAll([stream], CAPACITY)).toEqual([malformed]);
		expect(decodeAll(byteByByte(stream), CAPACITY)).toEqual([malformed]);
	});

	it("is malformed when one byte of its topic does not fit", () => {
		const stream = concat(hex("30 41 003f"), new Uint8Array(63).fill(0x61), AFTER);
		expect(decodeAll([stream], CAPACITY + 1)[0]).toMatchObject({ kind: "publish", topic: "a".repeat(63) });
		expect(decodeAll([stream], CAPACITY)).toEqual([
			{ kind: "malformed", reason: "PUBLISH with a topic beyond the receive buffer" },
		]);
	});

	it.each([
		{ name: "with QoS 0 and a topic that just fits", bytes: "30 50 003e", topic: 62, payload: 16 },
		{ name: "with QoS 1 and a packet id that just fits", bytes: "32 50 003c", topic: 60, payload: 16 },
	])("is told $name", ({ bytes, topic, payload }) => {
		const stream = concat(hex(bytes), new Uint8Array(78).fill(0x61), AFTER);
		const told = { kind: "oversize", topic: "a".repeat(topic), length: payload };
		for (const pieces of splits(stream)) {
			const [packet, ...after] = decodeAll(pieces, CAPACITY);
			expect(packet).toMatchObject(told);
			expect(after).toEqual(AFTER_PACKETS);
		}
	});
});

describe("memory", () => {
	const LIMIT = 100_000;

	it.each([
		{ name: "a PUBLISH with QoS 0 that claims 256 MB", header: "30 ff ff ff 7f 0001 61" },
		{ name: "a PUBLISH with QoS 1 that claims 256 MB", header: "32 ff ff ff 7f 0001 61 0001" },
		{ name: "a SUBACK that claims 256 MB", header: "90 ff ff ff 7f 0001" },
	])("is bounded for $name, and for what comes of it", ({ header }) => {
		const piece = trap(1000);
		const before = held();
		const decoder = new Decoder(1024);
		decoder.push(hex(header));
		decoder.next();
		expect(held() - before).toBeLessThan(LIMIT);
		for (let count = 0; count < 20_000; count++) {
			decoder.push(piece);
			for (let packet = decoder.next(); packet !== undefined; packet = decoder.next()) {
				expect(packet.kind).toMatch(/^(?:oversize|piece)$/);
			}
			if (count % 1000 === 0) expect(held() - before).toBeLessThan(LIMIT);
		}
	});
});
