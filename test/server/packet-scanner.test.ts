import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	LEAST_MAX_PACKET,
	MOST_MAX_PACKET,
	type PacketProblem,
	PacketScanner,
	problemText,
} from "../../server/packet-scanner.js";

const LIMIT = 1000;

/** A length as MQTT 3.1.1, 2.2.3 writes it. */
function lengthBytes(length: number): number[] {
	const digit = length % 128;
	const rest = Math.floor(length / 128);
	return rest === 0 ? [digit] : [digit | 0x80, ...lengthBytes(rest)];
}

/** A packet of a type, with `length` bytes behind its fixed header; they look like headers. */
const packet = (head: number, length: number): Uint8Array =>
	Uint8Array.from([head, ...lengthBytes(length), ...new Array<number>(length).fill(0xff)]);

const header = (length: number): Uint8Array => Uint8Array.from([0x30, ...lengthBytes(length)]);

const together = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

const scanAll = (parts: readonly Uint8Array[], limit = LIMIT): PacketProblem | undefined => {
	const scanner = new PacketScanner(limit);
	let found: PacketProblem | undefined;
	for (const part of parts) found = scanner.scan(part);
	return found;
};

const byteByByte = (bytes: Uint8Array): Uint8Array[] => Array.from(bytes, (byte) => Uint8Array.of(byte));

describe("a scanner of packets", () => {
	it.each([
		{ name: "nothing", bytes: new Uint8Array(), problem: undefined },
		{ name: "a packet of two bytes", bytes: packet(0xc0, 0), problem: undefined },
		{ name: "a packet just as large as the limit", bytes: packet(0x30, LIMIT - 3), problem: undefined },
		{ name: "a length of 128", bytes: together(packet(0x30, 127), packet(0x30, 128)), problem: undefined },
		{
			name: "a packet of one byte more",
			bytes: header(LIMIT - 2),
			problem: { kind: "too-large", size: LIMIT + 1 },
		},
		{
			name: "such a packet behind good ones",
			bytes: together(packet(0x10, 20), packet(0xc0, 0), packet(0x30, 500), header(2000)),
			problem: { kind: "too-large", size: 2003 },
		},
		{
			name: "the largest packet there is",
			bytes: header(268_435_455),
			problem: { kind: "too-large", size: MOST_MAX_PACKET },
		},
		{
			name: "a length with zeros behind it",
			bytes: Uint8Array.of(0x30, 0x80, 0x80, 0x80, 0),
			problem: undefined,
		},
		{
			name: "a length of five bytes",
			bytes: Uint8Array.of(0x30, 0x80, 0x80, 0x80, 0x80, 0),
			problem: { kind: "malformed" },
		},
	])("says $problem of $name, whole, byte by byte, and whatever follows", ({ bytes, problem }) => {
		expect(scanAll([bytes])).toEqual(problem);
		expect(scanAll(byteByByte(bytes))).toEqual(problem);
		if (problem !== undefined) expect(scanAll([bytes, packet(0xc0, 0)])).toEqual(problem);
	});

	it("finds the first packet above the limit, and no other, however the stream is cut", () => {
		const stream = fc.array(fc.oneof(fc.nat(200), fc.nat(3000)), { maxLength: 20 });
		fc.assert(
			fc.property(stream, fc.infiniteStream(fc.nat(400)), (lengths, cuts) => {
				const bytes = together(...lengths.map((length) => packet(0x30, length)));
				const parts: Uint8Array[] = [];
				for (let at = 0; at < bytes.length; ) {
					const size = cuts.next().value;
					parts.push(bytes.subarray(at, at + size));
					at += size;
				}
				const sizes = lengths.map((length) => packet(0x30, length).length);
				const size = sizes.find((one) => one > LIMIT);
				expect(scanAll(parts)).toEqual(size === undefined ? undefined : { kind: "too-large", size });
			}),
		);
	});

	it.each([0, LEAST_MAX_PACKET - 1, MOST_MAX_PACKET + 1, 1000.5, Number.NaN])(
		"has no limit of %d",
		(limit) => {
			expect(() => new PacketScanner(limit)).toThrow(RangeError);
		},
	);

	it.each<[PacketProblem, string]>([
		[
			{ kind: "too-large", size: 2003 },
			"a packet of 2003 bytes is larger than the limit of 1000 (--max-packet)",
		],
		[{ kind: "malformed" }, "the length of a packet has more than four bytes"],
	])("tells %j in words", (problem, words) => {
		expect(problemText(problem, LIMIT)).toBe(words);
	});
});
