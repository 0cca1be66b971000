import { expect, it } from "vitest";
import type { WioRun } from "../../../../host-sim/engines/wio/wio.js";
import { describeWith, wioTools } from "../../../support/requires.js";
import { FINISHED, perform, read, results, type Step, scripted, sleep, spin, wait, write } from "./script.js";

const causes = ({ events }: WioRun) =>
	events.flatMap((event) => (event.kind === "reset" ? [event.cause] : []));
const RESET = write("SCB.AIRCR", 0x05fa_0004);
/** Without it a script would begin again after each reset: it ends there, then. */
const [POWER, EXTERNAL, WATCHDOG, SYSTEM] = [1, 0x10, 0x20, 0x40];
const DOUBLE_TAP = 0x2002_fffc;

/** About 31 ms: 32 periods of 1.024 kHz. */
const WDT_ON: readonly Step[] = [write("WDT.CONFIG", 2), write("WDT.CTRLA", 2), wait("WDT.SYNCBUSY", 2, 0)];

/** Does steps, to the second reset or the end of time. */
async function untilReset(steps: readonly Step[], time = 100e6) {
	const wio = await scripted(steps);
	try {
		const run = await wio.run(time);
		return { ...run, causes: causes(run), results: await results(wio) };
	} finally {
		wio.close();
	}
}

describeWith([wioTools], "a reset", () => {
	it("comes from the watchdog when it is not cleared, after its time", async () => {
		const { events, causes, results } = await untilReset([read("RSTC.RCAUSE"), ...WDT_ON, spin(1e6)], 50e6);
		expect(causes).toEqual(["power", "watchdog"]);
		expect(results).toEqual([WATCHDOG]);
		const [, second] = events.filter(({ kind }) => kind === "reset");
		expect((second?.time as number) / 1e6).toBeCloseTo(31.25, 1);
	});

	it("does not come while the watchdog is cleared in time", async () => {
		const clear = [spin(100_000), write("WDT.CLEAR", 0xa5), wait("WDT.SYNCBUSY", 1 << 4, 0)];
		const { causes, end } = await untilReset([...WDT_ON, ...clear, ...clear, ...clear, ...clear]);
		expect(causes).toEqual(["power"]);
		expect(end.reason).toMatch(FINISHED);
		expect(end.time).toBeGreaterThan(40e6);
	});

	it("comes at once when the watchdog is cleared with a wrong key", async () => {
		const { causes, results } = await untilReset(
			[read("RSTC.RCAUSE"), ...WDT_ON, write("WDT.CLEAR", 1)],
			6e6,
		);
		expect(causes.slice(0, 2)).toEqual(["power", "watchdog"]);
		expect(results).toEqual([WATCHDOG]);
	});

	it("comes from AIRCR, and RCAUSE says so", async () => {
		const { causes, results } = await untilReset([read("RSTC.RCAUSE"), spin(1000), RESET], 0.2e6);
		expect(causes.slice(0, 2)).toEqual(["power", "system"]);
		expect(results).toEqual([SYSTEM]);
	});

	it.each([
		["the button", "reset", EXTERNAL],
		["a power cut", "powerCut", POWER],
	] as const)("comes from %s", async (_, method, cause) => {
		const wio = await scripted([read("RSTC.RCAUSE"), spin(1e6)]);
		await wio.run(1e6);
		wio[method]();
		await wio.run(2e6);
		expect(await results(wio)).toEqual([cause]);
		wio.close();
	});

	it("leaves RAM as it is, but for a power cut", async () => {
		const wio = await scripted([write(0x2001_8000, 0x1234_5678), spin(1e6)]);
		const word = async () => Buffer.from(await wio.readMemory(0x2001_8000, 4)).readUInt32LE();
		await wio.run(1e6);
		wio.reset();
		expect(await word()).toBe(0x1234_5678);
		wio.powerCut();
		expect(await word()).not.toBe(0x1234_5678);
		wio.close();
	});

	it("leads into the boot loader with the word of the double tap", async () => {
		const { end } = await untilReset([write(DOUBLE_TAP, 0xf016_69ef), RESET]);
		expect(end).toMatchObject({
			kind: "end",
			reason: expect.stringContaining("the boot loader stays: the word"),
		});
	});

	it("puts the registers back", async () => {
		const steps = [
			read("GCLK.GENCTRL[3]"),
			write("GCLK.GENCTRL[3]", 0x106),
			wait("GCLK.SYNCBUSY", 1 << 5, 0),
			spin(1000),
			RESET,
		];
		expect((await untilReset(steps, 0.25e6)).results).toEqual([0]);
	});

	it("ends sleep: time goes on to the next event", async () => {
		const { end } = await perform([
			write("SYSTICK.RVR", 47_999),
			write("SYSTICK.CVR", 0),
			write("SYSTICK.CSR", 7),
			sleep,
		]);
		// No handler is there for SysTick.
		expect(end.reason).toMatch(FINISHED);
		expect(end.time / 1e6).toBeCloseTo(1, 1);
	});

	it("is not needed by a machine that has a program nowhere: it stays in the boot loader", async () => {
		const wio = await scripted([]);
		wio.load({ address: 0x4004, bytes: Uint8Array.of(0xff, 0xff, 0xff, 0xff) });
		wio.reset();
		expect((await wio.run(1e6)).end.reason).toContain("no program at 0x4000");
		wio.close();
	});
});
