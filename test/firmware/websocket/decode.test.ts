import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Decoder } from "../../../firmware/websocket/decode.js";
import { anyCuts, cut, decodeAll, frame, hex } from "./support.js";

const PROTOCOL_ERROR = 1002;

describe("frames of a server", () => {
	it.each([
		{ name: "a message", frames: "82 03 010203", kinds: [{ kind: "data", bytes: hex("010203") }] },
		{ name: "an empty message", frames: "82 00", kinds: [] },
		{
			name: "messages in one piece [MQTT-6.0.0-2]",
			frames: "82 01 aa 82 01 bb",
			kinds: [{ kind: "data", bytes: hex("aabb") }],
		},
		{
			name: "a message in fragments (RFC 6455, 5.4) [MQTT-6.0.0-2]",
			frames: "02 01 aa 00 00 00 01 bb 80 01 cc",
			kinds: [{ kind: "data", bytes: hex("aabbcc") }],
		},
		{
			name: "a ping within a message in fragments",
			frames: "02 01 aa 89 02 0102 80 01 bb",
			kinds: [
				{ kind: "data", bytes: hex("aa") },
				{ kind: "ping", payload: hex("0102") },
				{ kind: "data", bytes: hex("bb") },
			],
		},
		{ name: "an empty ping", frames: "89 00", kinds: [{ kind: "ping", payload: hex("") }] },
		{
			name: "a pong, which nobody asked for",
			frames: "8a 01 00 82 01 aa",
			kinds: [{ kind: "data", bytes: hex("aa") }],
		},
		{ name: "a Close without a code", frames: "88 00", kinds: [{ kind: "close", code: 1005, reason: "" }] },
		{
			name: "a Close with a code and a text, after which nothing counts",
			frames: "88 05 03e9 627965 82 01 aa",
			kinds: [{ kind: "close", code: 1001, reason: "bye" }],
		},
	])("$name", ({ frames, kinds }) => {
		const bytes = hex(frames);
		expect(decodeAll([bytes])).toEqual(kinds);
		expect(decodeAll(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(kinds);
	});

	it.each([
		{ name: "text [MQTT-6.0.0-1]", frames: "81 01 61", code: 1003, reason: /^a text frame/ },
		{ name: "text in fragments [MQTT-6.0.0-1]", frames: "01 01 61", code: 1003, reason: /^a text frame/ },
		{ name: "RSV1", frames: "c2 00", reason: /^reserved bits/ },
		{ name: "RSV3", frames: "92 00", reason: /^reserved bits/ },
		{ name: "opcode 3", frames: "83 00", reason: /^opcode 3 / },
		{ name: "opcode 11", frames: "8b 00", reason: /^opcode 11 / },
		{ name: "a mask", frames: "82 81 00000000 aa", reason: /^a masked frame/ },
		{ name: "a ping in fragments", frames: "09 00", reason: /^a control frame in fragments/ },
		{ name: "a ping of 126 bytes", frames: "89 7e 007e", reason: /^a control frame of more than 125 bytes/ },
		{ name: "a continuation of nothing", frames: "80 00", reason: /^a continuation of nothing/ },
		{ name: "a message within another", frames: "02 00 82 00", reason: /^a new message within another/ },
		{ name: "125 in three bytes", frames: "82 7e 007d", reason: /^a length in too many bytes/ },
		{ name: "65535 in nine bytes", frames: "82 7f 000000000000ffff", reason: /^a length in too many bytes/ },
		{ name: "2 ** 63 bytes", frames: "82 7f 8000000000000000", code: 1009, reason: /^a frame of more than/ },
		{ name: "a Close of one byte", frames: "88 01 03", reason: /^a Close frame of one byte/ },
		{ name: "a Close that is no text", frames: "88 03 03e8 ff", reason: /^a Close frame that is no UTF-8/ },
	])("that break the protocol: $name", ({ frames, code = PROTOCOL_ERROR, reason }) => {
		const bytes = hex(`${frames} 82 01 aa`);
		const malformed = { kind: "malformed", code, reason: expect.stringMatching(reason) };
		expect(decodeAll([bytes])).toEqual([malformed]);
		expect(decodeAll(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual([malformed]);
	});
});

const anyPayload = fc.oneof(
	fc.uint8Array({ maxLength: 130 }),
	fc.integer({ min: 120, max: 130 }).map((length) => new Uint8Array(length).fill(7)),
	fc.constantFrom(65_535, 65_536).map((length) => new Uint8Array(length).fill(9)),
);

const anyMessage = fc
	.record({ fragments: fc.array(anyPayload, { minLength: 1, maxLength: 3 }), ping: fc.boolean() })
	.map(({ fragments, ping }) => ({
		payload: Buffer.concat(fragments),
		pings: ping ? fragments.length : 0,
		bytes: Buffer.concat(
			fragments.flatMap((data, index) => [
				frame(index === 0 ? 2 : 0, data, index === fragments.length - 1),
				...(ping ? [frame(9, Uint8Array.of(index))] : []),
			]),
		),
	}));

describe("whatever a server sends", () => {
	it("is what npm's ws wrote, wherever it is cut", () => {
		fc.assert(
			fc.property(fc.array(anyMessage, { maxLength: 4 }), anyCuts, (messages, cuts) => {
				const all = decodeAll(cut(Buffer.concat(messages.map(({ bytes }) => bytes)), cuts));
				const data = all.flatMap((incoming) => (incoming.kind === "data" ? [incoming.bytes] : []));
				const pings = all.filter(({ kind }) => kind === "ping").length;
				expect(Buffer.concat(data).equals(Buffer.concat(messages.map(({ payload }) => payload)))).toBe(true);
				expect(pings).toBe(messages.reduce((sum, one) => sum + one.pings, 0));
				expect(all.length).toBe(data.length + pings);
			}),
		);
	});

	it("never throws, however it is cut, and means the same each time", () => {
		const noise = fc.oneof(
			fc.uint8Array({ maxLength: 60 }),
			fc.array(fc.constantFrom(0x82, 0x02, 0x00, 0x80, 0x89, 0x88, 0x7e, 0x7f, 0x01), { maxLength: 60 }),
		);
		fc.assert(
			fc.property(noise, anyCuts, (bytes, cuts) => {
				const whole = decodeAll([Uint8Array.from(bytes)]);
				expect(decodeAll(cut(Uint8Array.from(bytes), cuts))).toEqual(whole);
				expect(whole.slice(0, -1).some(({ kind }) => kind === "close" || kind === "malformed")).toBe(false);
			}),
			{ numRuns: 500 },
		);
	});

	it("is handed on as it comes, a message of 256 MB too, and never gathered", () => {
		const decoder = new Decoder();
		const length = 268_435_456;
		const piece = new Uint8Array(65_536);
		decoder.push(hex(`82 7f 00000000${length.toString(16)}`));
		expect(decoder.next()).toBeUndefined();
		let total = 0;
		while (total < length) {
			decoder.push(piece);
			const incoming = decoder.next();
			if (incoming?.kind !== "data") throw new Error("no data");
			// The very bytes that were given.
			expect(incoming.bytes.buffer).toBe(piece.buffer);
			total += incoming.bytes.length;
		}
		decoder.push(hex("89 00"));
		expect(decoder.next()).toEqual({ kind: "ping", payload: hex("") });
	});
});

describe("a Close frame", () => {
	/** RFC 6455, 7.4: below 1000 nothing is used; these may not be sent; from 5000 on there is nothing. */
	it.each([0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535])(
		"with the code %i is a breach",
		(code) => {
			const [incoming] = decodeAll([Uint8Array.of(0x88, 2, code >> 8, code & 0xff)]);
			expect(incoming).toMatchObject({ kind: "malformed", code: 1002 });
		},
	);
});
