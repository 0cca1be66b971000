import { describe, expect, it } from "vitest";
import { Line } from "../../../host-sim/co-processor/line.js";
import { VirtualClock } from "../../support/virtual/clock.js";
import { Bench, binary, framed, hexOf, i32, sockaddr } from "./support.js";

const VERSION = framed(Buffer.from("0001010101000000", "hex"));

describe("the line", () => {
	it.each([
		[614_400, 4096, 67],
		[614_400, 61, 1],
		[614_400, 62, 2],
		[1_843_200, 4096, 23],
		[115_200, 100, 9],
	])("at %d baud takes its time for %d bytes: %d ms", (baud, count, milliseconds) => {
		// Near the wrap of a tick counter.
		const clock = new VirtualClock(2 ** 32 - 5);
		let arrived = 0;
		const line = new Line(
			clock,
			() => clock.now(),
			() => baud,
			(bytes) => {
				arrived += bytes.length;
				expect(arrived).toBeLessThanOrEqual((clock.elapsed * baud) / 10_000);
			},
		);
		line.send(new Uint8Array(count));
		clock.advance(milliseconds - 1);
		expect(arrived).toBeLessThan(count);
		clock.advance(1);
		expect(arrived).toBe(count);
		expect(clock.timers).toBe(0);
	});

	it("keeps the order of what is sent while it is busy", () => {
		const clock = new VirtualClock();
		const arrived: number[] = [];
		const line = new Line(
			clock,
			() => clock.now(),
			() => 100_000,
			(bytes) => arrived.push(...bytes),
		);
		line.send(Uint8Array.from({ length: 15 }, (_, index) => index));
		clock.advance(1);
		expect(arrived).toHaveLength(10);
		line.send(Uint8Array.of(15, 16));
		clock.advance(1);
		expect(arrived).toEqual(Array.from({ length: 17 }, (_, index) => index));
		line.send(new Uint8Array(9));
		line.clear();
		clock.advance(10);
		expect([arrived.length, line.length]).toEqual([17, 0]);
	});
});

describe("power", () => {
	it("is followed by 300 ms in which nothing is heard", () => {
		const bench = new Bench();
		bench.send(VERSION);
		bench.chip.setPower(1);
		bench.clock.advance(299);
		expect(bench.chip.isListening).toBe(false);
		bench.send(VERSION);
		bench.clock.advance(1);
		expect(bench.chip.isListening).toBe(true);
		bench.clock.advance(100);
		expect(bench.messages).toEqual([]);
		expect(bench.chip.statistics.unheard).toBe(24);
		expect(hexOf(bench.call(1, 1))).toBe(hexOf(binary("2.1.3")));
	});

	it("that goes ends sockets, Wi-Fi, calls, and what is on the line", () => {
		const bench = Bench.online();
		bench.call(16, 18, i32(2), i32(1), i32(6));
		bench.invoke(16, 9, i32(0), binary(sockaddr("10.0.0.1", 1)), i32(16));
		bench.chip.setPower(0);
		expect(bench.stack.connections[0]?.done).toEqual(["vanish"]);
		bench.messages.length = 0;
		bench.stack.connections[0]?.events.opened();
		bench.chip.setPower(1);
		bench.clock.advance(400);
		expect(bench.messages).toEqual([]);
		expect(bench.result(14, 4)).toBe(-1);
		expect(bench.result(16, 18, i32(2), i32(1), i32(6))).toBe(0);
		expect(bench.chip.statistics.starts).toBe(2);
	});

	it("that goes in the middle of joining leaves no timer", () => {
		const bench = Bench.started();
		bench.call(14, 27, i32(1));
		bench.invoke(14, 1, binary("home"), Buffer.of(0), binary("password"), i32(0x00400004), i32(-1), i32(0));
		bench.invoke(14, 64);
		bench.chip.setPower(0);
		expect(bench.clock.timers).toBe(0);
	});

	it("that is already there changes nothing", () => {
		const bench = Bench.started();
		bench.chip.setPower(1);
		expect(bench.chip.isListening).toBe(true);
	});
});

describe("a busy chip", () => {
	const busy = (): Bench => {
		const bench = Bench.started();
		bench.call(14, 27, i32(1));
		bench.messages.length = 0;
		bench.invoke(14, 1, binary("home"), Buffer.of(0), binary("password"), i32(0x00400004), i32(-1), i32(0));
		return bench;
	};

	it("answers what has waited in its ring, in order", () => {
		const bench = busy();
		bench.send(VERSION, VERSION);
		bench.clock.advance(1400);
		expect(bench.messages).toEqual([]);
		bench.clock.advance(200);
		expect(bench.messages.map(({ type, service }) => [type, service])).toEqual([
			[1, 19],
			[2, 14],
			[2, 1],
			[2, 1],
		]);
	});

	it("loses what does not fit its ring of 4096 bytes", () => {
		const bench = busy();
		const count = Math.floor(4096 / VERSION.length);
		for (let index = 0; index <= count; index++) bench.send(VERSION);
		expect(bench.chip.statistics.overrun).toBe((count + 1) * VERSION.length - 4096);
		bench.clock.advance(3000);
		expect(bench.messages.filter(({ service }) => service === 1)).toHaveLength(count);
		// The rest of the lost frame is taken for the begin of what follows.
		expect(bench.tryCall(1, 1, [], 100)).toBeUndefined();
	});

	it("sends events between a request and its reply", () => {
		const bench = Bench.started();
		bench.call(14, 27, i32(1));
		bench.call(14, 64);
		bench.messages.length = 0;
		bench.clock.advance(1000);
		bench.invoke(14, 1, binary("home"), Buffer.of(0), binary("password"), i32(0x00400004), i32(-1), i32(0));
		bench.clock.advance(1600);
		expect(bench.messages.map(({ type }) => type)).toEqual([1, 1, 2]);
		expect(bench.events).toEqual([1, 4]);
	});
});
