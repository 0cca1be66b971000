import { describe, expect, it } from "vitest";
import { describeWith, wioTools } from "../../../support/requires.js";
import { FINISHED, perform, read, type Step, spin, wait, write } from "./script.js";
import { CLOCKS, CPU_FROM_DPLL0, DPLL0, DPLL0_READY, GENERATOR_1 } from "./setups.js";

/** LED on PA15 on and off again. */
const LED = write("PORT.GROUP[0].DIRSET", 1 << 15);
const TOGGLE = write("PORT.GROUP[0].OUTTGL", 1 << 15);
const BLINK: readonly Step[] = [TOGGLE, spin(1000), TOGGLE];

/** Nanoseconds that each blink took. */
async function blinks(steps: readonly Step[]): Promise<number[]> {
	const { events, end } = await perform([LED, ...steps]);
	expect(end).toMatchObject({ reason: expect.stringMatching(FINISHED) });
	const times = events.filter((event) => event.kind === "pin").map(({ time }) => time);
	return times.slice(1).flatMap((time, index) => (index % 2 === 1 ? [time - (times[index] as number)] : []));
}

describeWith([wioTools], "the clocks of the Wio Terminal", () => {
	it("are 48 MHz from DFLL48M after power-on", async () => {
		const { results } = await perform([read("RSTC.RCAUSE"), read("OSCCTRL.STATUS"), read("GCLK.GENCTRL[0]")]);
		expect(results).toEqual([1, 1 << 8, 0x106]);
	});

	it("have the CPU run with 120 MHz from DPLL0, 2.5 times as fast", async () => {
		const [before = 0, after = 0] = await blinks([...BLINK, ...CLOCKS, ...BLINK]);
		expect(before / after).toBeCloseTo(2.5, 2);
	});

	it("are as after a reset after GCLK's software reset", async () => {
		const reset = [write("GCLK.CTRLA", 1), wait("GCLK.CTRLA", 1, 0), wait("GCLK.SYNCBUSY", 1, 0)];
		const { results, end } = await perform([
			...[...CLOCKS, ...reset],
			...[read("GCLK.GENCTRL[0]"), read("GCLK.GENCTRL[1]"), read("GCLK.PCHCTRL[1]")],
		]);
		expect(results).toEqual([0x106, 0, 0]);
		expect(end.reason).toMatch(FINISHED);
	});

	it("go by way of 32 kHz while DFLL48M starts again", async () => {
		const [before = 0, slow = 0, after = 0] = await blinks([
			...[...BLINK, write("GCLK.GENCTRL[0]", 0x104), wait("GCLK.SYNCBUSY", 1 << 2, 0)],
			...[write("OSCCTRL.DFLLCTRLA", 0), TOGGLE, spin(10), TOGGLE],
			...[write("OSCCTRL.DFLLMUL", 0x0401_0000), wait("OSCCTRL.DFLLSYNC", 1 << 4, 0)],
			...[write("OSCCTRL.DFLLCTRLB", 0), wait("OSCCTRL.DFLLSYNC", 1 << 2, 0)],
			...[write("OSCCTRL.DFLLCTRLA", 2), wait("OSCCTRL.DFLLSYNC", 1 << 1, 0)],
			...[write("OSCCTRL.DFLLVAL", 0), wait("OSCCTRL.DFLLSYNC", 1 << 3, 0)],
			...[write("OSCCTRL.DFLLCTRLB", 0x98), wait("OSCCTRL.STATUS", 1 << 8, 1 << 8)],
			...[...CLOCKS, ...BLINK],
		]);
		expect(before / after).toBeCloseTo(2.5, 2);
		expect(slow / before).toBeGreaterThan(10);
	});

	it("divide by CPUDIV", async () => {
		const [before = 0, after = 0] = await blinks([...BLINK, write("MCLK.CPUDIV", 4), ...BLINK]);
		expect(after / before).toBeCloseTo(4, 2);
	});

	it("take DPLL0 only when it has its lock", async () => {
		const { results } = await perform([
			...DPLL0,
			read("OSCCTRL.DPLL[0].DPLLSTATUS"),
			DPLL0_READY,
			read("OSCCTRL.INTFLAG"),
		]);
		expect(results).toEqual([0, 1 << 16]);
	});

	it("lose the lock when DPLL0 is switched off", async () => {
		const off = [write("OSCCTRL.DPLL[0].DPLLCTRLA", 0), wait("OSCCTRL.DPLL[0].DPLLSYNCBUSY", 2, 0)];
		const { results } = await perform([...DPLL0, DPLL0_READY, ...off, read("OSCCTRL.DPLL[0].DPLLSTATUS")]);
		expect(results).toEqual([0]);
	});

	it("reach no lock without a reference", async () => {
		const { end } = await perform([
			write("OSCCTRL.DPLL[0].DPLLRATIO", 119),
			wait("OSCCTRL.DPLL[0].DPLLSYNCBUSY", 4, 0),
			write("OSCCTRL.DPLL[0].DPLLCTRLB", 0x800),
			write("OSCCTRL.DPLL[0].DPLLCTRLA", 2),
			DPLL0_READY,
		]);
		expect(end).toMatchObject({ kind: "stop", reason: "time" });
	});

	it("leave a peripheral's synchronisation waiting until its channel runs", async () => {
		const enable = [write("MCLK.APBAMASK", 0x17ff), write("SERCOM0.CTRLA", 0x4010_0006), spin(100)];
		const start = [...GENERATOR_1, write("GCLK.PCHCTRL[7]", 0x41), wait("SERCOM0.SYNCBUSY", 3, 0)];
		const { results, end } = await perform([...enable, read("SERCOM0.SYNCBUSY"), ...start]);
		expect(results).toEqual([2]);
		expect(end).toMatchObject({ reason: expect.stringMatching(FINISHED) });
	});

	describe("end the run when", () => {
		const ratio = (value: number) =>
			DPLL0.map((step) => (step[3] === 119 ? write("OSCCTRL.DPLL[0].DPLLRATIO", value) : step));
		it.each<[string, readonly Step[], RegExp]>([
			["the CPU takes a loop without lock", [...DPLL0, ...CPU_FROM_DPLL0], /GENCTRL\[0\].*CPU's clock stops/],
			["the CPU's source is switched off", [write("OSCCTRL.DFLLCTRLA", 0)], /DFLLCTRLA.*CPU's clock stops/],
			["DPLL0 is too fast", ratio(249), /250000000 Hz are not within/],
			["DPLL0 is too slow", ratio(79), /80000000 Hz are not within/],
			[
				"the CPU is too fast",
				[...ratio(149), DPLL0_READY, ...CPU_FROM_DPLL0],
				/clock would be 150000000 Hz, at most 120000000/,
			],
			[
				"DPLL0's reference is too fast",
				[write("GCLK.GENCTRL[5]", 0x0002_0106), ...DPLL0.slice(1)],
				/reference of 24000000 Hz/,
			],
			[
				"DPLL0 has no LBYPASS",
				DPLL0.map((step) => (step[3] === 0x800 ? write("OSCCTRL.DPLL[0].DPLLCTRLB", 0) : step)),
				/LBYPASS \(erratum\)/,
			],
			[
				"flash has too few wait states",
				[write("NVMCTRL.CTRLA", 1 << 8), ...CLOCKS],
				/flash with 1 wait states takes 51000000 Hz, but the CPU runs with 120000000/,
			],
			["there is no crystal", [write("OSCCTRL.XOSCCTRL[0]", 6)], /no such crystal/],
			[
				"a channel changes its generator",
				[write("GCLK.PCHCTRL[7]", 0x40), write("GCLK.PCHCTRL[7]", 0x41)],
				/GEN changes/,
			],
			["a generator has a source that does not exist", [write("GCLK.GENCTRL[2]", 0x10a)], /no source 10/],
			["DIV is too large", [write("GCLK.GENCTRL[2]", 0x0100_0106)], /DIV has 8 bits/],
		])("%s", async (_, steps, reason) => {
			const { end } = await perform(steps);
			expect(end).toMatchObject({ kind: "end", reason: expect.stringMatching(reason) });
		});
	});
});
