import { describe, expect, it } from "vitest";
import { Bench, binary, hexOf, i32, sockaddr } from "./support.js";

const [EBADF, EAGAIN, ENFILE] = [9, 11, 23];
const [ECONNABORTED, ECONNRESET, EISCONN] = [103, 104, 106];
const [EHOSTUNREACH, EALREADY, EINPROGRESS] = [113, 114, 115];
const DONTWAIT = 8;

const socket = (bench: Bench): number => bench.result(16, 18, i32(2), i32(1), i32(6));
const errno = (bench: Bench): number => bench.result(16, 24);
const nonBlocking = (bench: Bench, s: number): number => bench.result(16, 23, i32(s), i32(4), i32(1));
const connect = (bench: Bench, s: number, port = 1883): number =>
	bench.result(16, 9, i32(s), binary(sockaddr("10.0.0.1", port)), i32(16));
const soError = (bench: Bench, s: number): number =>
	bench.call(16, 6, i32(s), i32(0xfff), i32(0x1007), binary(Buffer.alloc(4)), i32(4)).readInt32LE(4);
const send = (bench: Bench, s: number, bytes: Uint8Array | string, flags = DONTWAIT): number =>
	bench.result(16, 15, i32(s), binary(bytes), i32(flags));
/** What recv gives: its result, and the bytes. */
const recv = (bench: Bench, s: number, length = 1436, flags = DONTWAIT, timeout = 0): [number, string] => {
	const values = bench.call(16, 12, i32(s), i32(length), i32(flags), i32(timeout));
	return [values.readInt32LE(values.length - 4), hexOf(values.subarray(4, -4))];
};
const events = (bench: Bench, index = 0) => {
	const connection = bench.stack.connections[index];
	if (connection === undefined) throw new Error(`no connection ${index}`);
	return connection.events;
};

/** A bench whose socket 0 is connected. */
function connected(): Bench {
	const bench = Bench.online();
	socket(bench);
	nonBlocking(bench, 0);
	connect(bench, 0);
	events(bench).opened();
	return bench;
}

describe("sockets", () => {
	it("are numbered from 0, eight of them, the lowest free number first", () => {
		const bench = Bench.online();
		expect(Array.from({ length: 9 }, () => socket(bench))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, -1]);
		expect(errno(bench)).toBe(ENFILE);
		expect(bench.result(16, 8, i32(3))).toBe(0);
		expect(socket(bench)).toBe(3);
	});

	it.each([
		["close", 8, [i32(5)]],
		["connect", 9, [i32(5), binary(sockaddr("10.0.0.1", 1)), i32(16)]],
		["send", 15, [i32(-1), binary("x"), i32(0)]],
		["fcntl", 23, [i32(99), i32(4), i32(1)]],
		["available", 11, [i32(5)]],
		["setsockopt", 7, [i32(5), i32(0xfff), i32(8), binary(i32(1)), i32(4)]],
	])("that are not open give EBADF to %s", (_, request, values) => {
		const bench = Bench.online();
		expect(bench.result(16, request, ...values)).toBe(-1);
		expect(errno(bench)).toBe(EBADF);
	});
});

describe("connecting", () => {
	it("without waiting is in progress, until SO_ERROR is 0", () => {
		const bench = Bench.online();
		socket(bench);
		expect(nonBlocking(bench, 0)).toBe(0);
		expect(connect(bench, 0)).toBe(-1);
		expect(errno(bench)).toBe(EINPROGRESS);
		expect(bench.stack.connections[0]?.to).toBe("10.0.0.1:1883");
		expect(soError(bench, 0)).toBe(EINPROGRESS);
		expect([connect(bench, 0), errno(bench)]).toEqual([-1, EALREADY]);
		expect([send(bench, 0, "x"), errno(bench)]).toEqual([-1, EINPROGRESS]);
		events(bench).opened();
		expect(soError(bench, 0)).toBe(0);
		expect([connect(bench, 0), errno(bench)]).toEqual([-1, EISCONN]);
	});

	it.each([
		["refused", ECONNRESET],
		["unreachable", EHOSTUNREACH],
		["timed-out", ECONNABORTED],
	] as const)("that is %s gives SO_ERROR once", (failure, error) => {
		const bench = Bench.online();
		socket(bench);
		nonBlocking(bench, 0);
		connect(bench, 0);
		events(bench).failed(failure);
		expect(soError(bench, 0)).toBe(error);
		expect(soError(bench, 0)).toBe(0);
	});

	it("with waiting stalls every other call", () => {
		const bench = Bench.online();
		socket(bench);
		const waiting = bench.invoke(16, 9, i32(0), binary(sockaddr("10.0.0.1", 1)), i32(16));
		expect(bench.tryCall(1, 1, [], 3000)).toBeUndefined();
		events(bench).opened();
		bench.clock.advance(10);
		const replies = bench.messages.filter(({ type }) => type === 2).slice(-2);
		expect(replies.map(({ sequence }) => sequence)).toEqual([waiting, waiting + 1]);
		expect(replies[0]?.values.readInt32LE()).toBe(0);
	});

	it("without an address fails at once", () => {
		const bench = Bench.started();
		socket(bench);
		expect([connect(bench, 0), errno(bench)]).toEqual([-1, EHOSTUNREACH]);
		expect(bench.stack.connections).toEqual([]);
	});
});

describe("a connection", () => {
	it("gives what has come, in pieces as wanted, and EAGAIN otherwise", () => {
		const bench = connected();
		expect([recv(bench, 0), errno(bench)]).toEqual([[-1, "a5"], EAGAIN]);
		expect(bench.result(16, 11, i32(0))).toBe(-1);
		events(bench).received(Uint8Array.of(1, 2, 3));
		events(bench).received(Uint8Array.of(4, 5));
		expect(bench.result(16, 11, i32(0))).toBe(1);
		expect(recv(bench, 0, 4)).toEqual([4, "01020304"]);
		expect(recv(bench, 0, 4)).toEqual([1, "05"]);
	});

	it("gives 0 at its end, after all that came before", () => {
		const bench = connected();
		events(bench).received(Uint8Array.of(7));
		events(bench).ended();
		expect(recv(bench, 0)).toEqual([1, "07"]);
		expect(recv(bench, 0)).toEqual([0, "a5"]);
		expect(bench.result(16, 11, i32(0))).toBe(0);
		expect(send(bench, 0, "x")).toBe(1);
	});

	it("gives an error once it is reset, after all that came before", () => {
		const bench = connected();
		events(bench).received(Uint8Array.of(7));
		events(bench).failed("reset");
		expect(recv(bench, 0)).toEqual([1, "07"]);
		expect([recv(bench, 0), errno(bench)]).toEqual([[-1, "a5"], ECONNRESET]);
		expect([send(bench, 0, "x"), errno(bench)]).toEqual([-1, ECONNRESET]);
	});

	it("takes what fits its buffer, then EAGAIN, until bytes have left", () => {
		const bench = connected();
		const piece = new Uint8Array(2000);
		expect([1, 2, 3, 4].map(() => send(bench, 0, piece))).toEqual([2000, 2000, 1840, -1]);
		expect(errno(bench)).toBe(EAGAIN);
		expect(bench.stack.connections[0]?.sent.map(({ length }) => length)).toEqual([2000, 2000, 1840]);
		events(bench).sent(2000);
		expect(send(bench, 0, piece)).toBe(2000);
	});

	it("asks the other side to wait while what has come is not read", () => {
		const bench = connected();
		events(bench).received(new Uint8Array(4000));
		events(bench).received(new Uint8Array(4000));
		const { done } = bench.stack.connections[0] as { done: string[] };
		expect(done).toEqual(["pause"]);
		expect(recv(bench, 0, 4080)[0]).toBe(4080);
		expect(done).toEqual(["pause", "resume"]);
	});

	it("is closed by close, and its number free", () => {
		const bench = connected();
		expect(bench.result(16, 8, i32(0))).toBe(0);
		expect(bench.stack.connections[0]?.done).toEqual(["close"]);
		expect(socket(bench)).toBe(0);
	});

	it("blocks a recv with waiting, at most for its timeout", () => {
		const bench = Bench.online();
		socket(bench);
		bench.clock.post(() => events(bench).opened(), 50);
		expect(connect(bench, 0)).toBe(0);
		const start = bench.clock.elapsed;
		expect([recv(bench, 0, 10, 0, 500), errno(bench)]).toEqual([[-1, "a5"], EAGAIN]);
		expect(bench.clock.elapsed - start).toBeGreaterThanOrEqual(500);
		bench.clock.post(() => events(bench).received(Uint8Array.of(9)), 300);
		expect(recv(bench, 0, 10, 0, 0)).toEqual([1, "09"]);
	});

	it("whose reply does not fit a message has none", () => {
		const bench = connected();
		events(bench).received(new Uint8Array(4090));
		expect(bench.tryCall(16, 12, [i32(0), i32(4090), i32(DONTWAIT), i32(0)], 200)).toBeUndefined();
		expect(bench.chip.statistics.replyTooLong).toBe(1);
		expect(errno(bench)).toBe(EINPROGRESS);
	});
});

describe("a connection whose access point goes", () => {
	it("is given up after 20 s, and others are not begun", () => {
		const bench = connected();
		bench.chip.faults.accessPointGone("home");
		expect(send(bench, 0, "lost")).toBe(4);
		expect(bench.stack.connections[0]?.sent).toEqual([]);
		bench.clock.advance(19_000);
		expect([recv(bench, 0), errno(bench)]).toEqual([[-1, "a5"], EAGAIN]);
		bench.clock.advance(2000);
		expect([recv(bench, 0), errno(bench)]).toEqual([[-1, "a5"], ECONNABORTED]);
		expect(bench.stack.connections[0]?.done).toEqual(["vanish"]);
		expect([connect(bench, socket(bench)), errno(bench)]).toEqual([-1, EHOSTUNREACH]);
	});

	it("goes on where it was when there is an address again", () => {
		const bench = connected();
		bench.chip.faults.accessPointGone("home");
		send(bench, 0, "late");
		events(bench).received(Uint8Array.of(8));
		expect(recv(bench, 0)[0]).toBe(-1);
		bench.chip.faults.accessPointBack("home");
		bench.join();
		bench.call(15, 13, i32(0));
		expect(bench.stack.connections[0]?.sent.map(hexOf)).toEqual([hexOf(Buffer.from("late"))]);
		expect(recv(bench, 0)).toEqual([1, "08"]);
		bench.clock.advance(30_000);
		expect(send(bench, 0, "x")).toBe(1);
	});
});
