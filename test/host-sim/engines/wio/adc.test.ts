import { expect, it } from "vitest";
import { describeWith, wioTools } from "../../../support/requires.js";
import { perform, read, type Step, wait, write } from "./script.js";
import { ADC, ADC_ENABLED, ADC_PIN } from "./setups.js";

/** As the fuses at 0x00800080 have it: BIASCOMP 6, BIASR2R 4, BIASREFBUF 3. */
const CALIB = write("ADC1.CALIB", 6 | (4 << 4) | (3 << 8));
const CONVERT: readonly Step[] = [write("ADC1.SWTRIG", 2), wait("ADC1.INTFLAG", 1, 1), read("ADC1.RESULT")];
const TWICE: readonly Step[] = [...CONVERT, ...CONVERT];
const setting = (register: string, value: number): Step[] => [
	write(register, value),
	wait("ADC1.SYNCBUSY", 0xfff, 0),
];

/** 1 V of 3.3 V, in 12 bits. */
const ONE_VOLT = Math.floor((1 / 3.3) * 4096);
/** What the emulator adds without CALIB, and to the first conversion. */
const [UNCALIBRATED, FIRST] = [48, 160];

describeWith([wioTools], "an ADC", () => {
	it.each<[string, readonly Step[], number[]]>([
		[
			"a voltage, but not with the first conversion",
			[...ADC, CALIB, ...ADC_PIN, ...ADC_ENABLED, ...TWICE],
			[ONE_VOLT + FIRST, ONE_VOLT],
		],
		[
			"another first after its reference was changed",
			[
				...[...ADC, CALIB, ...ADC_PIN, ...ADC_ENABLED, ...TWICE],
				...[...setting("ADC1.REFCTRL", 3), ...CONVERT],
			],
			[ONE_VOLT + FIRST, ONE_VOLT, ONE_VOLT + FIRST],
		],
		[
			"something wrong without CALIB",
			[...ADC, ...ADC_PIN, ...ADC_ENABLED, ...TWICE],
			[ONE_VOLT + UNCALIBRATED + FIRST, ONE_VOLT + UNCALIBRATED],
		],
		[
			"nothing of a pin that does not have the function",
			[...ADC, CALIB, ...ADC_ENABLED, ...TWICE],
			[FIRST, 0],
		],
		[
			"10 bits",
			[...ADC, CALIB, ...ADC_PIN, ...ADC_ENABLED, ...setting("ADC1.CTRLB", 2 << 3), ...TWICE],
			[(ONE_VOLT + FIRST) >> 2, ONE_VOLT >> 2],
		],
		[
			"an average of 4 in 12 bits",
			[
				...[...ADC, CALIB, ...ADC_PIN, ...ADC_ENABLED],
				...[...setting("ADC1.CTRLB", 1 << 3), ...setting("ADC1.AVGCTRL", 2 | (2 << 4)), ...TWICE],
			],
			[(4 * ONE_VOLT + FIRST) >> 2, ONE_VOLT],
		],
		[
			"no more than its reference",
			[
				...[...ADC, CALIB, ...ADC_PIN, ...ADC_ENABLED],
				...[...setting("ADC1.REFCTRL", 2), ...TWICE, ...setting("ADC1.REFCTRL", 2)],
			],
			[2 * ONE_VOLT + FIRST, 2 * ONE_VOLT],
		],
	])("measures %s", async (_, steps, expected) => {
		const { results } = await perform(steps, (wio) => wio.setVoltage("PD01", 1));
		expect(results.map((value, index) => Math.abs(value - (expected[index] as number)) <= 1)).toEqual(
			expected.map(() => true),
		);
	});

	it("finds in the fuses what CALIB is to be", async () => {
		const { results } = await perform([read(0x0080_0080)]);
		const [word = 0] = results;
		expect([(word >> 16) & 7, (word >> 22) & 7, (word >> 19) & 7]).toEqual([6, 4, 3]);
	});

	it("clears RESRDY when the result is read, and says when one is lost", async () => {
		const twice = [
			write("ADC1.SWTRIG", 2),
			wait("ADC1.STATUS", 1, 0),
			write("ADC1.SWTRIG", 2),
			wait("ADC1.INTFLAG", 2, 2),
		];
		const { results } = await perform([
			...[...ADC, CALIB, ...ADC_ENABLED, ...twice],
			...[read("ADC1.RESULT"), read("ADC1.INTFLAG")],
		]);
		expect(results[1]).toBe(2);
	});

	it.each<[string, readonly Step[], RegExp]>([
		[
			"its clock is too fast",
			ADC.map((step) => (step[3] === 4 << 8 ? write("ADC1.CTRLA", 0) : step)),
			/runs with 24000000 Hz/,
		],
		[
			"the reference is not on the board",
			ADC.map((step) => (step[3] === 3 && step[2] === 8 ? write("ADC1.REFCTRL", 4) : step)),
			/REFSEL 4/,
		],
		["CALIB comes too late", [...ADC, ...ADC_ENABLED, CALIB], /ADC1\.CALIB.*enable-protected/],
	])("ends the run when %s", async (_, steps, reason) => {
		const control = steps.some((step) => step[3] === 0 && step[2] === 16) ? 2 : (4 << 8) | 2;
		const { end } = await perform([
			...steps,
			write("ADC1.CTRLA", control),
			wait("ADC1.SYNCBUSY", 2, 0),
			...CONVERT,
		]);
		expect(end.reason).toMatch(reason);
	});
});
