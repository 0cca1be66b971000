import "../../support/seed.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc16 } from "../../../host-sim/co-processor/crc.js";
import { FrameReader, frameOf } from "../../../host-sim/co-processor/frames.js";
import { Bench, bytesOf, framed, hexOf, i32 } from "./support.js";

/** What Seeed's own client and server sent each other, executed on Linux. */
const EXECUTED = {
	version: {
		request: "08 00 7d a6 | 00 01 01 01 01 00 00 00",
		reply: "11 00 93 fe | 02 01 01 01 01 00 00 00 05 00 00 00 32 2e 31 2e 33",
	},
	wifiConnect: {
		request:
			"29 00 f9 0f | 00 01 0e 01 05 00 00 00 04 00 00 00 68 6f 6d 65 00 08 00 00 00 70 61 73 73 77 6f 72 64 04 00 40 00 ff ff ff ff 00 00 00 00",
		reply: "0c 00 80 08 | 02 01 0e 01 05 00 00 00 00 00 00 00",
	},
	getIpInfo: {
		request: "0c 00 7d 1f | 00 07 0f 01 07 00 00 00 00 00 00 00",
		reply:
			"1c 00 4f 68 | 02 07 0f 01 07 00 00 00 0c 00 00 00 c0 a8 01 32 ff ff ff 00 c0 a8 01 01 00 00 00 00",
	},
	connect: {
		request:
			"24 00 bf 65 | 00 09 10 01 0b 00 00 00 00 00 00 00 10 00 00 00 10 02 07 5b 05 c4 4e 1c 00 00 00 00 00 00 00 00 10 00 00 00",
		reply: "0c 00 7d 99 | 02 09 10 01 0b 00 00 00 00 00 00 00",
	},
	receive: {
		request: "18 00 cd 3b | 00 0c 10 01 0d 00 00 00 00 00 00 00 9c 05 00 00 08 00 00 00 00 00 00 00",
		reply: "14 00 42 7d | 02 0c 10 01 0d 00 00 00 04 00 00 00 20 02 00 00 04 00 00 00",
	},
};

/** What the chip sends for these bytes within some milliseconds. */
function answer(bench: Bench, request: string, wait: number, each: boolean): string[] {
	const sent: string[] = [];
	const frames: Uint8Array[] = [];
	const reader = new FrameReader(
		(payload) => frames.push(payload),
		() => sent.push("wrong"),
	);
	bench.chip.onSend = (bytes) => {
		for (const byte of bytes) reader.push(byte);
	};
	const bytes = bytesOf(request);
	if (each) for (const byte of bytes) bench.send(Uint8Array.of(byte));
	else bench.send(bytes);
	bench.clock.advance(wait);
	// Events of its own beside the reply.
	return [...sent, ...frames.filter(([type]) => type === 2).map((payload) => hexOf(framed(payload)))];
}

describe.each([
	["whole", false],
	["byte by byte", true],
])("the bytes that Seeed's code sends, %s", (_, each) => {
	const replied = ({ reply }: { reply: string }): string[] => [hexOf(bytesOf(reply))];

	it("are answered as there: the version", () => {
		const bench = Bench.started();
		expect(answer(bench, EXECUTED.version.request, 10, each)).toEqual(replied(EXECUTED.version));
	});

	it("are answered as there: Wi-Fi is joined, and has an address", () => {
		const bench = Bench.started();
		bench.call(14, 27, i32(1));
		expect(answer(bench, EXECUTED.wifiConnect.request, 2000, each)).toEqual(replied(EXECUTED.wifiConnect));
		answer(bench, hexOf(framed(bytesOf("00 0d 0f 01 06 00 00 00 00 00 00 00"))), 1000, each);
		expect(answer(bench, EXECUTED.getIpInfo.request, 10, each)).toEqual(replied(EXECUTED.getIpInfo));
	});

	it("are answered as there: a socket connects and receives", () => {
		const bench = Bench.online();
		expect(bench.result(16, 18, i32(2), i32(1), i32(6))).toBe(0);
		bench.clock.post(() => bench.stack.connections[0]?.events.opened(), 30);
		expect(answer(bench, EXECUTED.connect.request, 50, each)).toEqual(replied(EXECUTED.connect));
		expect(bench.stack.connections[0]?.to).toBe("5.196.78.28:1883");
		bench.stack.connections[0]?.events.received(Uint8Array.of(0x20, 2, 0, 0));
		expect(answer(bench, EXECUTED.receive.request, 10, each)).toEqual(replied(EXECUTED.receive));
	});
});

describe("a frame", () => {
	it("has the checksum of the protocol's vector", () => {
		expect(crc16(Buffer.from("123456789"))).toBe(0x89ac);
	});

	it.each(Object.values(EXECUTED).flatMap(({ request, reply }) => [request, reply]))(
		"%s is written as Seeed does",
		(hex) => {
			expect(hexOf(frameOf(bytesOf(hex).subarray(4)))).toBe(hexOf(bytesOf(hex)));
		},
	);

	it("has 4096 bytes of payload at most", () => {
		expect(frameOf(new Uint8Array(4096))).toHaveLength(4100);
		expect(() => frameOf(new Uint8Array(4097))).toThrow(RangeError);
	});

	const read = (bytes: Uint8Array): { payloads: string[]; faults: string[]; reader: FrameReader } => {
		const payloads: string[] = [];
		const faults: string[] = [];
		const reader = new FrameReader(
			(payload) => payloads.push(hexOf(payload)),
			(fault) => faults.push(fault),
		);
		for (const byte of bytes) reader.push(byte);
		return { payloads, faults, reader };
	};

	it("with a wrong checksum is dropped whole, and the next one read", () => {
		const frame = frameOf(bytesOf("0102030405060708"));
		const spoilt = Uint8Array.from(frame);
		spoilt[6] = (spoilt[6] as number) ^ 1;
		const { payloads, faults } = read(Buffer.concat([spoilt, frame]));
		expect({ payloads, faults }).toEqual({ payloads: ["0102030405060708"], faults: ["wrong-checksum"] });
	});

	it("that is too long is told", () => {
		expect(read(bytesOf("01 10 00 00")).faults).toEqual(["too-long"]);
	});

	it("after a lost byte is read from the wrong place until a reset", () => {
		const frame = frameOf(bytesOf("0001010101000000"));
		const { payloads, reader } = read(Buffer.concat([frame.subarray(0, 5), frame.subarray(6), frame]));
		expect(payloads).toEqual([]);
		reader.reset();
		for (const byte of frame) reader.push(byte);
		expect(payloads).toEqual(["0001010101000000"]);
	});

	it("is read after any bytes and a reset, and no bytes make the reader throw", () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 300 }), (noise, payload) => {
				const { payloads, reader } = read(noise);
				reader.reset();
				const before = payloads.length;
				for (const byte of framed(payload)) reader.push(byte);
				expect(payloads.slice(before)).toEqual([hexOf(payload)]);
			}),
		);
	});
});
