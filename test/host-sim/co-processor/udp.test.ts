import { describe, expect, it } from "vitest";
import { Bench, binary, hexOf, i32, sockaddr } from "./support.js";

const [ENOTCONN, EHOSTUNREACH] = [107, 113];
const DONTWAIT = 8;

const socket = (bench: Bench): number => bench.result(16, 18, i32(2), i32(2), i32(17));
const errno = (bench: Bench): number => bench.result(16, 24);
const connect = (bench: Bench, port: number): number =>
	bench.result(16, 9, i32(0), binary(sockaddr("10.0.0.1", port)), i32(16));
const send = (bench: Bench, bytes: string): number =>
	bench.result(16, 15, i32(0), binary(bytes), i32(DONTWAIT));

describe("UDP", () => {
	const recvfrom = (bench: Bench, length = 100): [number, string, string] => {
		const values = bench.call(16, 14, i32(0), i32(length), i32(DONTWAIT), i32(16), i32(0));
		const count = values.readUInt32LE();
		const from = values.subarray(8 + count, 24 + count);
		return [values.readInt32LE(values.length - 4), hexOf(values.subarray(4, 4 + count)), hexOf(from)];
	};

	it("sends datagrams, and gives those that come with where they are from", () => {
		const bench = Bench.online();
		expect(socket(bench)).toBe(0);
		const to = binary(sockaddr("10.0.0.9", 123));
		expect(bench.result(16, 17, i32(0), binary("time"), i32(0), to, i32(16))).toBe(4);
		expect(bench.stack.datagrams).toEqual([
			{ bytes: Uint8Array.from(Buffer.from("time")), to: "10.0.0.9:123" },
		]);
		expect(recvfrom(bench)[0]).toBe(-1);
		bench.stack.listener(Uint8Array.of(1, 2, 3), "10.0.0.9", 123);
		bench.stack.listener(Uint8Array.of(4, 5), "10.0.0.9", 123);
		const from = hexOf(sockaddr("10.0.0.9", 123));
		expect(recvfrom(bench, 2)).toEqual([2, "0102", from]);
		expect(recvfrom(bench)).toEqual([2, "0405", from]);
	});

	it("keeps eight datagrams, and takes only those of its peer", () => {
		const bench = Bench.online();
		socket(bench);
		expect(connect(bench, 123)).toBe(0);
		expect(send(bench, "x")).toBe(1);
		bench.stack.listener(Uint8Array.of(99), "10.0.0.2", 123);
		for (let count = 0; count < 10; count++) bench.stack.listener(Uint8Array.of(count), "10.0.0.1", 123);
		const got = Array.from({ length: 9 }, () => recvfrom(bench)[1]);
		expect(got).toEqual(["00", "01", "02", "03", "04", "05", "06", "07", "a5"]);
	});

	it("without a peer or an address is refused", () => {
		const bench = Bench.online();
		socket(bench);
		expect([send(bench, "x"), errno(bench)]).toEqual([-1, ENOTCONN]);
		bench.chip.faults.accessPointGone("home");
		const to = binary(sockaddr("10.0.0.9", 123));
		expect(bench.result(16, 17, i32(0), binary("x"), i32(0), to, i32(16))).toBe(-1);
		expect(errno(bench)).toBe(EHOSTUNREACH);
	});
});
