import { expect, it } from "vitest";
import { type Segment, Wio } from "../../../../host-sim/engines/wio/wio.js";
import { describeWith, wioTools } from "../../../support/requires.js";
import { compile, programFile } from "./program.js";
import {
	FINISHED,
	perform,
	read,
	results,
	type Step,
	scripted,
	silent,
	sleep,
	spin,
	wait,
	write,
} from "./script.js";
import { CLOCKS } from "./setups.js";

const [SWRST, ENABLE, MATCHCLR, DIV1, DIV4, COUNTSYNC] = [1, 2, 1 << 7, 1 << 8, 3 << 8, 1 << 15];
const [CMP0, CMP1, OVF] = [1 << 8, 1 << 9, 1 << 15];
const ALL = 0xffff_ffff;
const SYNCHRONISED = wait("RTC.SYNCBUSY", ALL, 0);
const ULP32K = write("OSC32KCTRL.RTCCTRL", 1);

/** RTC with 32768 Hz and these bits of CTRLA, enabled. */
const on = (bits: number): Step[] => [ULP32K, write("RTC.CTRLA", bits | ENABLE), SYNCHRONISED];
const set = (register: string, value: number): Step[] => [write(register, value), SYNCHRONISED];
const SYSTICK: readonly Step[] = [
	write("SYSTICK.RVR", 0xff_ffff),
	write("SYSTICK.CVR", 0),
	write("SYSTICK.CSR", 5),
];
/** SysTick where COUNT has just become `count`; it reads less, later. */
const at = (count: number): Step[] => [wait("RTC.COUNT", ALL, count), read("SYSTICK.CVR")];
/** A step of the scripts takes less. */
const STEP_CYCLES = 100;

let program: readonly Segment[] | undefined;

describeWith([wioTools], "the real-time counter", () => {
	it.each<[string, readonly Step[], number, number]>([
		["48 MHz, 32768 Hz", [ULP32K], DIV1, 48e6 / 32768],
		["120 MHz, 32768 Hz", [...CLOCKS, ULP32K], DIV1, 120e6 / 32768],
		["48 MHz, 32768 Hz without a prescaler", [ULP32K], 0, 48e6 / 32768],
		["48 MHz, 8192 Hz", [ULP32K], DIV4, 48e6 / 8192],
		["48 MHz, 1024 Hz", [], DIV1, 48e6 / 1024],
	])("measures the CPU's clock: %s", async (_, clocks, prescaler, cycles) => {
		const enable = [write("RTC.CTRLA", COUNTSYNC | prescaler | ENABLE), SYNCHRONISED];
		const outcome = await perform([...clocks, ...SYSTICK, ...enable, ...at(20), ...at(60)], silent, 200e6);
		expect(outcome.end.reason).toMatch(FINISHED);
		const [first = 0, second = 0] = outcome.results;
		expect(Math.abs(first - second - 40 * cycles)).toBeLessThan(STEP_CYCLES);
	});

	it.each([
		["each 100 periods with MATCHCLR", 99, MATCHCLR | DIV1, 100],
		["each 40 periods, by a prescaler of 4", 9, MATCHCLR | DIV4, 40],
	])("interrupts, and ends wfi, %s", async (_, compare, control, periods) => {
		program ??= compile(programFile("rtc.c"));
		const settings = {
			address: 0x60000,
			bytes: new Uint8Array(Uint32Array.of(compare, control | ENABLE).buffer),
		};
		const wio = await Wio.start({ segments: [...program, settings], log: silent });
		try {
			const { events } = await wio.run(20e6);
			const times = events.flatMap((event) => (event.kind === "pin" ? [event.time] : [])).slice(1);
			const [first = 0] = times;
			expect(times.length).toBeGreaterThan(4);
			for (const [index, time] of times.entries())
				expect(Math.abs(time - first - (index * periods * 1e9) / 32768)).toBeLessThan(100);
		} finally {
			wio.close();
		}
	});

	it.each<[string, readonly Step[], number]>([
		["CMP1 behind its value", [...set("RTC.COMP[1]", 20), ...set("RTC.COMP[0]", 1000)], CMP1],
		["OVF and CMP0 where COMP0 is the top", set("RTC.COMP[0]", 20), OVF | CMP0],
	])("sets %s", async (_, compare, flags) => {
		const control = on(COUNTSYNC | DIV1 | (flags & OVF ? MATCHCLR : 0));
		const { results } = await perform([
			...[...compare, ...set("RTC.COUNT", 10), ...control, write("RTC.INTFLAG", 0xc3ff)],
			...[read("RTC.INTFLAG"), wait("RTC.INTFLAG", flags, flags), read("RTC.INTFLAG"), read("RTC.COUNT")],
		]);
		expect(results).toEqual([0, flags, flags & OVF ? 0 : 21]);
	});

	it("overflows behind its highest value", async () => {
		const { results } = await perform([
			...[...set("RTC.COUNT", ALL - 20), ...set("RTC.COMP[0]", 1000), ...set("RTC.COMP[1]", 1000)],
			...[...on(COUNTSYNC | DIV1), wait("RTC.INTFLAG", OVF, OVF), read("RTC.COUNT"), read("RTC.INTFLAG")],
		]);
		expect(results).toEqual([0, OVF]);
	});

	it("keeps its value while it is disabled, and begins again after a software reset", async () => {
		const off = [write("RTC.CTRLA", COUNTSYNC | DIV1), SYNCHRONISED];
		const { results, end } = await perform([
			...[
				...set("RTC.COUNT", 500),
				...on(COUNTSYNC | DIV1),
				...off,
				read("RTC.COUNT"),
				spin(10_000),
				read("RTC.COUNT"),
			],
			...[write("RTC.CTRLA", SWRST), wait("RTC.CTRLA", SWRST, 0), SYNCHRONISED, read("RTC.CTRLA")],
			...[write("RTC.CTRLA", COUNTSYNC), SYNCHRONISED, read("RTC.COUNT")],
		]);
		expect(end.reason).toMatch(FINISHED);
		expect(results[0]).toBeGreaterThan(500);
		expect(results.slice(1)).toEqual([results[0], 0, 0]);
	});

	it("takes six periods of its clock for a write", async () => {
		const [before = 0, after = 0] = (
			await perform([...SYSTICK, ULP32K, read("SYSTICK.CVR"), ...set("RTC.COMP[0]", 1), read("SYSTICK.CVR")])
		).results;
		expect(Math.abs(before - after - (6 * 48e6) / 32768)).toBeLessThan(STEP_CYCLES);
	});

	it("goes on over a reset, with its clock and its interrupt, but not over a power cut", async () => {
		// After a reset the script begins again. CMP0 is set once, with the first period after ENABLE.
		const wio = await scripted([
			...[read("NVIC.ISPR[0]"), read("RTC.CTRLA"), read("OSC32KCTRL.RTCCTRL"), read("RTC.INTENSET")],
			...[...on(DIV1), write("RTC.INTENSET", CMP0), wait("RTC.INTFLAG", CMP0, CMP0), sleep],
		]);
		try {
			await wio.run(2e6);
			expect(await results(wio)).toEqual([0, 0, 0, 0]);
			wio.reset();
			await wio.run(4e6);
			expect(await results(wio)).toEqual([1 << 11, DIV1 | ENABLE, 1, CMP0]);
			wio.powerCut();
			await wio.run(6e6);
			expect(await results(wio)).toEqual([0, 0, 0, 0]);
		} finally {
			wio.close();
		}
	});

	it.each<[string, readonly Step[], string]>([
		["COUNT is read without COUNTSYNC", [...on(DIV1), read("RTC.COUNT")], "read of RTC.COUNT"],
		[
			"COUNT is read before COUNTSYNC is synchronised",
			[ULP32K, write("RTC.CTRLA", COUNTSYNC), read("RTC.COUNT")],
			"before bit 15 of RTC.SYNCBUSY is 0",
		],
		[
			"COUNT is read before it is written",
			[...on(COUNTSYNC), write("RTC.COUNT", 1), read("RTC.COUNT")],
			"before bit 3 of RTC.SYNCBUSY is 0",
		],
		["PRESCALER changes", [...on(DIV1), write("RTC.CTRLA", DIV4 | ENABLE)], "it is enable-protected"],
		[
			"it is disabled with another PRESCALER",
			[...on(DIV1), write("RTC.CTRLA", DIV4)],
			"it is enable-protected",
		],
		[
			"PRESCALER changes before it is disabled",
			[...on(DIV1), write("RTC.CTRLA", DIV1), write("RTC.CTRLA", DIV4)],
			"is not synchronised: bit 1",
		],
		["EVCTRL is written while it runs", [...on(DIV1), write("RTC.EVCTRL", 0)], "it is enable-protected"],
		["COMP0 is written twice", [write("RTC.COMP[0]", 1), write("RTC.COMP[0]", 2)], "bit 5 of RTC.SYNCBUSY"],
		["it counts 16 bits", [write("RTC.CTRLA", 1 << 2)], "MODE 1 is not modelled"],
		["it is a calendar", [write("RTC.CTRLA", 2 << 2)], "MODE 2 is not modelled"],
		["PRESCALER is reserved", [write("RTC.CTRLA", 12 << 8)], "PRESCALER 12 is reserved"],
		["CTRLB is not as after a reset", [write("RTC.CTRLB", 1 << 6)], "no value but 0x0 is modelled"],
		["FREQCORR is not as after a reset", [write("RTC.FREQCORR", 1)], "no value but 0x0 is modelled"],
		["a periodic interrupt is enabled", [write("RTC.INTENSET", 1)], "CMP0, CMP1 and OVF are modelled"],
		["its clock is a crystal", [write("OSC32KCTRL.RTCCTRL", 5)], "the 32 kHz crystal is not modelled"],
		["its clock is reserved", [write("OSC32KCTRL.RTCCTRL", 2)], "RTCSEL 2 is reserved"],
		["its clock changes", [...on(DIV1), write("OSC32KCTRL.RTCCTRL", 0)], "RTC is to be disabled"],
		[
			"its bus clock is off",
			[write("MCLK.APBAMASK", 0x5ff), read("RTC.CTRLA")],
			"MCLK.APBAMASK is off for it",
		],
	])("ends the run when %s", async (_, steps, reason) => {
		const { end } = await perform(steps);
		expect(end).toMatchObject({ kind: "end", reason: expect.stringContaining(reason) });
	});

	it("lets COUNTSYNC change while it runs", async () => {
		const { end } = await perform([...on(DIV1), write("RTC.CTRLA", COUNTSYNC | DIV1 | ENABLE), SYNCHRONISED]);
		expect(end.reason).toMatch(FINISHED);
	});
});
