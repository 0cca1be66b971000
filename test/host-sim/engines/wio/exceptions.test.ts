import { expect, it } from "vitest";
import { type Segment, Wio } from "../../../../host-sim/engines/wio/wio.js";
import { describeWith, wioTools } from "../../../support/requires.js";
import { compile, programFile } from "./program.js";
import { FINISHED, type Outcome, results, silent } from "./script.js";

let program: readonly Segment[] | undefined;

/** What comes of a case of programs/exceptions.c; `slice` is how much time passes in one run, in nanoseconds. */
async function perform(number: number, slice = 500e6): Promise<Outcome> {
	program ??= compile(programFile("exceptions.c"));
	const chosen = { address: 0x60000, bytes: Uint8Array.of(number, 0, 0, 0) };
	const wio = await Wio.start({ segments: [...program, chosen], log: silent });
	try {
		let run = await wio.run(slice);
		for (let time = slice; run.end.kind === "stop" && time < 500e6; ) {
			time += slice;
			run = await wio.run(time);
		}
		return { ...run, results: await results(wio) };
	} finally {
		wio.close();
	}
}

const [HARD_FAULT, BUS_FAULT] = [3, 5];
const FORCED = 1 << 30;

describeWith([wioTools], "exceptions of the Wio Terminal's core", () => {
	it.each([
		["48000 cycles at 48 MHz", 1],
		["120000 cycles at 120 MHz", 10],
	])("have SysTick come each %s, to the nanosecond, through wfi", async (_, number) => {
		const { events } = await perform(number);
		const times = events.filter((event) => event.kind === "pin").map(({ time }) => time);
		const [, first = 0] = times;
		const ideal = [0, 1, 2, 3, 4].map((count) => first + count * 1e6);
		expect(times.slice(1).map((time, index) => Math.abs(time - (ideal[index] as number)) <= 1)).toEqual(
			ideal.map(() => true),
		);
		expect(times).toHaveLength(6);
	});

	it.each<[string, number, number[]]>([
		["wait while PRIMASK, BASEPRI or NVIC keeps them", 2, [1, 200, 2, 3, 200, 4, 1, 0]],
		["interrupt each other by priority", 3, [200, 100, 26, 201, 300, 2]],
		["wait for each other in one group of priorities", 14, [200, 201, 100, 300, 2]],
		["keep FP state, with none in between, too", 13, [200, 200, 1]],
		["end wfi with PRIMASK, and run behind it", 4, [0, 1]],
		["keep FP state, in a longer frame only if there is any", 5, [0xffff_fff9, 0xffff_ffe9, 1, 1]],
		["leave any instruction's work as it was", 6, [1, 1]],
		["use the stack of the process, aligned", 7, [200, 0, 1]],
		["are called by svc", 8, [400, 5]],
		["find other code where flash or RAM was written", 11, [1, 0x11, 2, 0x12, 3, 0x13]],
	])("%s", async (_, number, expected) => {
		const outcome = await perform(number);
		expect(outcome.end.reason).toMatch(FINISHED);
		expect(outcome.results).toEqual(expected);
	});

	it("leave no trace of how time was cut, within IT blocks, too", async () => {
		const [whole, cut] = [await perform(12), await perform(12, 97)];
		expect(cut.results).toEqual(whole.results);
		expect(cut.end).toEqual(whole.end);
	});

	it("come of code that was erased", async () => {
		expect((await perform(32)).results.slice(0, 2)).toEqual([1, HARD_FAULT]);
	});

	it("come of code that took the place of other code", async () => {
		expect((await perform(31)).results.slice(0, 3)).toEqual([1, HARD_FAULT, 1 << 24]);
	});

	it("keep a push out of a guard of the MPU, and the stack pointer as it was", async () => {
		const { results } = await perform(40);
		expect(results).toEqual([1, 2, HARD_FAULT, 0x82, FORCED, 0x2000_f0fc, 0x2000_f104 & ~7]);
	});

	it("find nothing forbidden with the MPU off", async () => {
		const { results, end } = await perform(42);
		expect(results).toEqual([3]);
		expect(end.reason).toMatch(FINISHED);
	});

	it("leave an instruction a cycle", async () => {
		expect((await perform(9)).results).toEqual([4]);
	});

	it.each<[string, number, number, number, number, number, boolean]>([
		["HardFault for an address where nothing is", 20, HARD_FAULT, 0x8200, FORCED, 0x6000_0004, true],
		["BusFault, if that is enabled", 21, BUS_FAULT, 0x8200, 0, 0x6000_0004, true],
		["NOCP for FP without CPACR", 22, HARD_FAULT, 1 << 19, FORCED, 0, false],
		["UNALIGNED for a double load at an odd address", 23, HARD_FAULT, 1 << 24, FORCED, 0, false],
		["UNDEFINSTR", 24, HARD_FAULT, 1 << 16, FORCED, 0, false],
		["INVSTATE for ARM code", 26, HARD_FAULT, 1 << 17, FORCED, 0, false],
		["IBUSERR for code where nothing is", 27, HARD_FAULT, 0x100, FORCED, 0, false],
		["HardFault for svc with PRIMASK", 30, HARD_FAULT, 0, FORCED, 0, false],
		["DACCVIOL for flash that the MPU has as read only", 41, HARD_FAULT, 0x82, FORCED, 0x70000, false],
		["DACCVIOL for a load from a guard", 44, HARD_FAULT, 0x82, FORCED, 0x2000_f0ff, false],
		["BusFault for a byte written to flash", 29, HARD_FAULT, 0x8200, FORCED, 0x70000, false],
	])("are %s", async (_, number, exception, cfsr, hfsr, address, isAtLabel) => {
		const { results, events, end } = await perform(number);
		expect(results).toEqual([exception, cfsr, hfsr, address, Number(isAtLabel)]);
		expect(events.find(({ kind }) => kind === "fault")).toBeDefined();
		expect(end.reason).toMatch(FINISHED);
	});

	it.each<[string, number, RegExp]>([
		["lock up with a fault in HardFault", 25, /^lockup: a fault at pc 0x0000\w+ within HardFault/],
		["end the run when the stack has overflowed", 28, /exception 11 at 0x1ffffff0 is not in RAM/],
		["end it when the MPU forbids a frame", 43, /MPU forbids the frame of exception 11 at 0x2000f0f0/],
	])("%s", async (_, number, reason) => {
		expect((await perform(number)).end).toMatchObject({ kind: "end", reason: expect.stringMatching(reason) });
	});
});
