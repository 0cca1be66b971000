import { describe, expect, it } from "vitest";
import { drawFault } from "../../../host-sim/co-processor/draw-fault.js";
import { LineFaults } from "../../../host-sim/co-processor/line-faults.js";
import type { Version } from "../../../host-sim/co-processor/versions.js";
import { seededRandom } from "../../support/virtual/random.js";
import { Bench, binary, hexOf, i32, sockaddr } from "./support.js";

const version = (bench: Bench, limit = 100): string | undefined =>
	bench.tryCall(1, 1, [], limit)?.subarray(4).toString();

describe("bytes on a spoilt line", () => {
	const spoilt = (how: (faults: LineFaults) => void): number[] => {
		const faults = new LineFaults(() => 0);
		how(faults);
		return [...faults.apply(Uint8Array.of(1, 2)), ...faults.apply(Uint8Array.of(3, 4, 5))];
	};

	it.each([
		["nothing", () => {}, [1, 2, 3, 4, 5]],
		["one lost", (faults: LineFaults) => faults.lose(), [2, 3, 4, 5]],
		["two lost across pieces", (faults: LineFaults) => faults.lose(2, 1), [1, 4, 5]],
		["a bit inverted", (faults: LineFaults) => faults.flip(3), [1, 2, 3, 5, 5]],
		["two inserted", (faults: LineFaults) => faults.insert(Uint8Array.of(8, 9), 2), [1, 2, 8, 9, 3, 4, 5]],
		["noise everywhere", (faults: LineFaults) => faults.noise(1), []],
		[
			"all well again",
			(faults: LineFaults) => {
				faults.lose(5);
				faults.noise(1);
				faults.clear();
			},
			[1, 2, 3, 4, 5],
		],
	])("%s", (_, how, wanted) => {
		expect(spoilt(how)).toEqual(wanted);
	});
});

describe("a chip that has lost a byte", () => {
	it("answers nothing until it is reset", () => {
		const bench = Bench.started();
		bench.chip.faults.toChip.lose(1, 5);
		expect(version(bench)).toBeUndefined();
		expect(version(bench)).toBeUndefined();
		bench.chip.setPower(0);
		bench.chip.setPower(1);
		bench.clock.advance(300);
		expect(version(bench)).toBe("2.1.3");
	});

	it("drops a frame with an inverted bit, and takes the next one", () => {
		const bench = Bench.started();
		bench.chip.faults.toChip.flip(9);
		expect(version(bench)).toBeUndefined();
		expect(bench.chip.statistics.wrongChecksum).toBe(1);
		expect(version(bench)).toBe("2.1.3");
	});

	it("sends whole frames, of which the host misses a byte", () => {
		const bench = Bench.started();
		bench.chip.faults.toHost.lose(1, 3);
		expect(version(bench)).toBeUndefined();
		expect(bench.chip.statistics.replies).toBe(1);
	});
});

describe("a call with a fault", () => {
	it("hangs, and with it all others, until a reset", () => {
		const bench = Bench.online();
		bench.chip.faults.hang(16, 18);
		expect(bench.tryCall(16, 18, [i32(2), i32(1), i32(6)], 5000)).toBeUndefined();
		expect(version(bench, 5000)).toBeUndefined();
		bench.chip.setPower(0);
		bench.chip.setPower(1);
		bench.clock.advance(300);
		expect(version(bench)).toBe("2.1.3");
		bench.chip.faults.mend(16, 18);
		expect(bench.result(16, 18, i32(2), i32(1), i32(6))).toBe(0);
	});

	it("resets the chip, which starts again without Wi-Fi", () => {
		const bench = Bench.online();
		bench.call(16, 18, i32(2), i32(1), i32(6));
		bench.chip.faults.resetDuring(16, 9);
		const values = [i32(0), binary(sockaddr("10.0.0.1", 1)), i32(16)];
		expect(bench.tryCall(16, 9, values, 200)).toBeUndefined();
		bench.clock.advance(300);
		expect(version(bench)).toBe("2.1.3");
		expect(bench.result(14, 4)).toBe(-1);
		expect(bench.chip.statistics.starts).toBe(2);
	});
});

describe("a chip with a fault", () => {
	it("whose buffers are full takes nothing", () => {
		const bench = Bench.online();
		bench.call(16, 18, i32(2), i32(1), i32(6));
		bench.call(16, 23, i32(0), i32(4), i32(1));
		bench.call(16, 9, i32(0), binary(sockaddr("10.0.0.1", 1)), i32(16));
		bench.stack.connections[0]?.events.opened();
		bench.chip.faults.fillBuffers();
		expect(bench.result(16, 15, i32(0), binary("x"), i32(0))).toBe(-1);
		expect(bench.result(16, 24)).toBe(11);
		bench.chip.faults.clear();
		expect(bench.result(16, 15, i32(0), binary("x"), i32(0))).toBe(1);
	});

	it("without DNS gives up after 4 s", () => {
		const bench = Bench.online();
		bench.stack.names["broker.test"] = "10.0.0.1";
		bench.chip.faults.failDns();
		const start = bench.clock.elapsed;
		expect(bench.call(16, 25, binary("broker.test")).readInt8(8)).toBe(-6);
		expect(bench.clock.elapsed - start).toBeGreaterThanOrEqual(4000);
		bench.chip.faults.failDns(false);
		expect(hexOf(bench.call(16, 25, binary("broker.test")))).toBe("040000000a00000100");
	});

	it.each<[Version, number, string | undefined, number]>([
		["2.1.3", 614_400, "2.1.3", 19],
		["2.1.2", 614_400, "2.1.2", 19],
		["2.1.0", 1_843_200, "2.1.0", 19],
		["2.0.3", 1_843_200, "2.0.3", 19],
		["2.0.2", 1_843_200, "2.0.2", 18],
		["factory", 614_400, undefined, 0],
	])("with firmware %s is heard at %d baud, from its next start on", (installed, baud, told, callbacks) => {
		const bench = Bench.started();
		bench.chip.faults.installFirmware(installed);
		expect(version(bench)).toBe("2.1.3");
		bench.chip.setPower(0);
		bench.chip.setPower(1);
		bench.clock.advance(300);
		expect(bench.chip.baud).toBe(baud);
		expect(version(bench)).toBe(told);
		bench.tryCall(14, 27, [i32(1)], 10);
		const services = bench.messages.filter(({ type }) => type === 1).map(({ service }) => service);
		expect(services).toEqual(told === undefined ? [] : [callbacks, callbacks]);
	});

	it("at another rate hears nothing", () => {
		const bench = Bench.started();
		bench.chip.receive(Buffer.from("08007da60001010101000000", "hex"), 1_843_200);
		bench.clock.advance(100);
		expect(bench.messages).toEqual([]);
		expect(bench.chip.statistics.otherBaud).toBe(12);
		bench.chip.faults.wrongBaud(9600);
		expect(bench.chip.baud).toBe(9600);
		bench.chip.faults.wrongBaud(undefined);
		expect(version(bench)).toBe("2.1.3");
	});

	it.each([
		[200, 0],
		[1000, 1],
	])("that resets itself every %d ms listens in between, or never", (interval, answered) => {
		const bench = Bench.started();
		bench.chip.faults.resetInLoop(interval);
		bench.clock.advance(500);
		expect(version(bench, 300) === undefined ? 0 : 1).toBe(answered);
		bench.clock.advance(10_000);
		expect(bench.chip.statistics.starts).toBeGreaterThanOrEqual(10);
		bench.chip.faults.resetInLoop(undefined);
		bench.clock.advance(300);
		expect(version(bench)).toBe("2.1.3");
	});
});

describe("a fault drawn from a seed", () => {
	it("follows from the seed alone, and all kinds are drawn", () => {
		const draw = (): string[] => {
			const random = seededRandom(7);
			return Array.from({ length: 300 }, () => drawFault(Bench.started().chip, random, ["home"]));
		};
		const names = draw();
		expect(draw()).toEqual(names);
		expect(new Set(names).size).toBe(16);
	});

	it("never breaks the chip for good: cleared and reset, it answers", () => {
		const random = seededRandom(3);
		for (let count = 0; count < 200; count++) {
			const bench = Bench.started();
			// The host's own reader is no subject here.
			const read = bench.chip.onSend;
			bench.chip.onSend = () => {};
			const name = drawFault(bench.chip, random, ["home"]);
			for (const [service, request] of [
				[14, 27],
				[1, 1],
				[16, 18],
			] as const) {
				bench.invoke(service, request, i32(1), i32(1), i32(6));
				bench.clock.advance(20);
			}
			bench.chip.faults.clear();
			bench.chip.setPower(0);
			bench.chip.setPower(1);
			bench.clock.advance(300);
			bench.chip.onSend = read;
			expect([name, version(bench)]).toEqual([name, "2.1.3"]);
		}
	});
});
