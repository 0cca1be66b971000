import { expect, it } from "vitest";
import type { RadioFaults } from "../../../../host-sim/co-processor/faults.js";
import { WioTerminal } from "../../../../host-sim/engines/wio/wio-terminal.js";
import { decodeUf2 } from "../../../../host-sim/uf2.js";
import { buildSelftest } from "../../../../host-sim/wio-terminal/selftest.js";
import { armTools, describeWith, wioTools } from "../../../support/requires.js";
import { VirtualHost } from "../../../support/virtual/host.js";
import { advance, HOME } from "./image-stage.js";

/** The lines of the self-test's first round, on an emulated board with a radio as the faults have it. */
async function firstRound(begin: (faults: RadioFaults) => void): Promise<string[]> {
	const file = decodeUf2((await buildSelftest("test")).uf2);
	if (file.kind === "invalid") throw new Error(file.reason);
	const host = new VirtualHost();
	const lines: string[] = [];
	const terminal = await WioTerminal.start({
		segments: file.parts,
		...{ host, timeServer: "pool.ntp.org", accessPoints: [HOME], light: () => 0.25, log: () => {} },
		onLine: (line) => lines.push(line),
	});
	begin(terminal.radio.faults);
	for (let gone = 0; gone < 15_000 && !lines.some((line) => /^WT1-/.test(line)); gone += 50)
		await advance(host.clock, terminal, 50);
	terminal.close();
	return lines;
}

describeWith([armTools, wioTools], "the self-test on an emulated board", () => {
	it("finds all good: clock, log, light, calibration, LEDs, flash, memory, radio", async () => {
		const lines = await firstRound(() => {});
		expect(lines.filter((line) => / (bad|silent|old) /.test(line))).toEqual([]);
		const text = lines.join("\n");
		expect(text).toMatch(/clock +good +120\.0 MHz/);
		expect(text).toMatch(/light +good +25\d of 1023/);
		expect(text).toMatch(/flash +good +id EF 40 16/);
		expect(text).toMatch(/radio +good +version 2\.1\.3 at 614400 baud/);
	}, 120_000);

	it.each([
		[
			"with old firmware",
			(faults: RadioFaults) => faults.installFirmware("2.0.3"),
			/radio +(?!good).*2\.0\.3/,
		],
	])(
		"tells of a radio %s, and of nothing else",
		async (_, begin, says) => {
			const lines = await firstRound(begin);
			const wrong = lines.filter((line) => /^ ?\d+ /.test(line) && !line.includes(" good "));
			expect(wrong).toHaveLength(1);
			expect(wrong[0]).toMatch(says);
		},
		120_000,
	);
});
