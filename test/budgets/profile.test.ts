import { expect, it } from "vitest";
import { InstructionLog, profileLines } from "./profile.js";

const line = (name: string): string =>
	`Trace 0: 0x7f0634000100 [00800408/00005054/00000110/ff020201] ${name}\n`;
const LOG = [
	...["fxRunID", "fxRunID", "memset", "halTurnOver", "halTurnOver", "uartRead"].map(line),
	"cpu_io_recompile: rewound execution of TB to 0000505c\n",
	...["sleep", "fxRunID", "unusedCStack", "halTurnOver"].map(line),
].join("");

it("counts instructions by function, without waiting, however the log is cut", () => {
	for (const size of [1, 7, LOG.length]) {
		const log = new InstructionLog();
		for (let at = 0; at < LOG.length; at += size) log.push(LOG.slice(at, at + size));
		expect(log.turns).toBe(2);
		expect(log.take()).toEqual([
			["fxRunID", 3],
			["halTurnOver", 3],
			["memset", 1],
		]);
		expect(log.take()).toEqual([]);
	}
});

it("shows what one time takes, and each function's share", () => {
	expect(
		profileLines(
			"telemetry",
			[
				["fxRunID", 300],
				["memset", 100],
			],
			2,
		),
	).toEqual(["telemetry: 200 instructions", "        150  75.0 %  fxRunID", "         50  25.0 %  memset"]);
});
