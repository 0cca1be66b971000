import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { socketAddress } from "../../../../firmware/boards/wio-terminal/radio/address.js";
import { crc16 } from "../../../../firmware/boards/wio-terminal/radio/crc16.js";
import { FrameReader, MESSAGE_HEADER } from "../../../../firmware/boards/wio-terminal/radio/frame.js";
import { joinRequest } from "../../../../firmware/boards/wio-terminal/radio/join-request.js";
import { Reply } from "../../../../firmware/boards/wio-terminal/radio/reply.js";
import { Request } from "../../../../firmware/boards/wio-terminal/radio/request.js";

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

/** The messages in a stream, and what is wrong with it. */
function read(pieces: readonly Uint8Array[]) {
	const messages: Uint8Array[] = [];
	const reader = new FrameReader();
	let wrong: string | undefined;
	for (const piece of pieces) wrong ??= reader.push(piece, (message) => messages.push(message.slice()));
	return { messages, wrong };
}

it("has eRPC's checksum", () => {
	expect(crc16(Buffer.from("123456789"), 0)).toBe(0x89ac);
});

// What Seeed's own client and server sent one another.
describe("a call is, byte for byte, what Seeed's client sends:", () => {
	it.each([
		["version", new Request(1, 1, 0), 1, "08 00 7d a6 | 00 01 01 01 01 00 00 00"],
		[
			"wifi_connect",
			joinRequest({ SSID: "home", password: "password" }),
			5,
			"29 00 f9 0f | 00 01 0e 01 05 00 00 00 04 00 00 00 68 6f 6d 65 00 08 00 00 00 70 61 73 73 77 6f 72 64 04 00 40 00 ff ff ff ff 00 00 00 00",
		],
		["get_ip_info", new Request(15, 7, 4).int(0), 7, "0c 00 7d 1f | 00 07 0f 01 07 00 00 00 00 00 00 00"],
		[
			"connect",
			new Request(16, 9, 28)
				.int(0)
				.binary(socketAddress("5.196.78.28", 1883) as Uint8Array)
				.int(16),
			11,
			"24 00 bf 65 | 00 09 10 01 0b 00 00 00 00 00 00 00 10 00 00 00 10 02 07 5b 05 c4 4e 1c 00 00 00 00 00 00 00 00 10 00 00 00",
		],
		[
			"recv",
			new Request(16, 12, 16).int(0).int(1436).int(8).int(0),
			13,
			"18 00 cd 3b | 00 0c 10 01 0d 00 00 00 00 00 00 00 9c 05 00 00 08 00 00 00 00 00 00 00",
		],
	])("%s", (_, request, sequence, bytes) => {
		expect(hexOf(request.seal(sequence))).toBe(bytes.replaceAll(/[ |]/g, ""));
	});
});

describe("a reply of Seeed's server is read:", () => {
	const take = (hex: string) => {
		const { messages, wrong } = read([bytesOf(hex.replaceAll("|", ""))]);
		expect([messages.length, wrong]).toEqual([1, undefined]);
		return new Reply(messages[0] as Uint8Array, MESSAGE_HEADER);
	};
	it("version", () => {
		const reply = take("11 00 93 fe | 02 01 01 01 01 00 00 00 05 00 00 00 32 2e 31 2e 33");
		expect(Buffer.from(reply.binary()).toString()).toBe("2.1.3");
	});
	it("wifi_connect", () => {
		expect(take("0c 00 80 08 | 02 01 0e 01 05 00 00 00 00 00 00 00").int()).toBe(0);
	});
	it("get_ip_info", () => {
		const reply = take(
			"1c 00 4f 68 | 02 07 0f 01 07 00 00 00 0c 00 00 00 c0 a8 01 32 ff ff ff 00 c0 a8 01 01 00 00 00 00",
		);
		expect([...reply.binary().subarray(0, 4), reply.int(), reply.isShort]).toEqual([
			192,
			168,
			1,
			50,
			0,
			false,
		]);
	});
	it("recv", () => {
		const reply = take("14 00 42 7d | 02 0c 10 01 0d 00 00 00 04 00 00 00 20 02 00 00 04 00 00 00");
		expect([hexOf(reply.binary()), reply.int(), reply.isShort]).toEqual(["20020000", 4, false]);
	});
	it("and what is not there reads as nothing, and is noticed", () => {
		const reply = take("0c 00 80 08 | 02 01 0e 01 05 00 00 00 00 00 00 00");
		expect([reply.int(), reply.isShort, reply.int(), reply.binary().length, reply.i8()]).toEqual([
			0,
			false,
			0,
			0,
			0,
		]);
		expect(reply.isShort).toBe(true);
	});
});

describe("a stream of frames", () => {
	const frame = fc
		.tuple(fc.integer({ min: 1, max: 255 }), fc.uint8Array({ maxLength: 60 }))
		.map(([sequence, data]) => new Request(16, 15, 4 + data.length).binary(data).seal(sequence));

	it("is read whole, however it is cut", () => {
		fc.assert(
			fc.property(
				fc.array(frame, { maxLength: 5 }),
				fc.array(fc.nat(300), { maxLength: 8 }),
				(frames, cuts) => {
					const stream = Buffer.concat(frames);
					const ends = [...cuts.filter((cut) => cut < stream.length), stream.length].sort((a, b) => a - b);
					const pieces = ends.map((end, index) => stream.subarray(ends[index - 1] ?? 0, end));
					const { messages, wrong } = read(pieces);
					expect(wrong).toBeUndefined();
					expect(messages.map(hexOf)).toEqual(frames.map((bytes) => hexOf(bytes.subarray(4))));
				},
			),
		);
	});

	it("of any bytes gives whole messages or says what is wrong, and never throws", () => {
		fc.assert(
			fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 6 }), (pieces) => {
				const { messages, wrong } = read(pieces);
				for (const message of messages) {
					const reply = new Reply(message, MESSAGE_HEADER);
					for (let left = 0; left < 9; left++) reply.binary();
				}
				expect(wrong ?? "").toMatch(/^$|bytes that are no frame|a frame with a wrong checksum/);
			}),
		);
	});

	it("with one flipped bit gives no message of it", () => {
		fc.assert(
			fc.property(frame, fc.nat(), (bytes, at) => {
				const flipped = bytes.slice();
				const bit = at % (bytes.length * 8);
				flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
				// What makes the frame longer waits for bytes that never come: the call's deadline ends that.
				expect(read([flipped]).messages).toEqual([]);
			}),
		);
	});
});

it.each([
	"",
	"1.2.3",
	"1.2.3.4.5",
	"1.2.3.256",
	"1.2.3.-1",
	"1.2.3.",
	"1.2.3.04",
	"1.2.3.0x4",
	"1.2.3. 4",
	"::1",
	"a.b.c.d",
])("takes %j for no IPv4 address", (address) => {
	expect(socketAddress(address, 1)).toBeUndefined();
});
