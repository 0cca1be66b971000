import { expect, it } from "vitest";
import { describeWith, wioTools } from "../../../support/requires.js";
import { FINISHED, perform, read, type Step, wait, write } from "./script.js";
import { RADIO, RADIO_CONTROL, RADIO_ENABLED } from "./setups.js";

/** SERCOM0 with 32 kHz: a synchronisation takes longer than the next step. */
const SLOW: readonly Step[] = [
	write("GCLK.GENCTRL[2]", 0x104),
	wait("GCLK.SYNCBUSY", 1 << 4, 0),
	write("GCLK.PCHCTRL[7]", 0x42),
	write("MCLK.APBAMASK", 0x17ff),
];

const PC = /at pc 0x0000[89a-f][0-9a-f]{3}/;

describeWith([wioTools], "what the Wio Terminal's chip does not do ends the run", () => {
	it.each<[string, readonly Step[], string]>([
		["a register that is not in the table", [read(0x4200_3800)], "read of 0x42003800: no register"],
		["another, written", [write(0x4100_a000, 1)], "write to 0x4100a000: no register"],
		["a hole between registers", [read(0x4000_0c01, 8)], "read of 0x40000c01: no register"],
		["a write to a read-only register", [write("MCLK.HSDIV", 2)], "write of 0x2 to MCLK.HSDIV"],
		["a read of a write-only register", [read("WDT.CLEAR")], "read of WDT.CLEAR"],
		["a reserved bit", [write("PM.SLEEPCFG", 0x82)], "reserved bits 0x80"],
		["too wide an access", [read(0x4000_0804, 32)], "32 bits, but it has 8"],
		["a clock of MCLK that is off", [write("SERCOM0.CTRLA", 4)], "MCLK.APBAMASK is off for it"],
		[
			"an enable-protected register",
			[...RADIO, ...RADIO_ENABLED, write("SERCOM0.BAUD", 4)],
			"it is enable-protected, and SERCOM0 is enabled",
		],
		[
			"an enable-protected field",
			[...RADIO, ...RADIO_ENABLED, write("SERCOM0.CTRLA", (RADIO_CONTROL | 2) ^ (1 << 30))],
			"it is enable-protected",
		],
		[
			"a second write before the first is synchronised",
			[
				...SLOW,
				write("SERCOM0.CTRLA", 0x4010_0006),
				write("SERCOM0.CTRLB", 1 << 16),
				write("SERCOM0.CTRLB", 0),
			],
			"the last write is not synchronised: bit 2 of SERCOM0.SYNCBUSY",
		],
		[
			"a write before a software reset is done",
			[...SLOW, write("SERCOM0.CTRLA", 1), write("SERCOM0.BAUD", 4)],
			"the software reset is not done",
		],
		[
			"a register that PAC protects",
			[write("PAC.WRCTRL", (2 << 16) | 32 | 4), write("PORT.GROUP[0].DIRSET", 1)],
			"PAC protects it",
		],
		["DATA before the transmitter is ready", [...RADIO, write("SERCOM0.DATA", 1)], "INTFLAG.DRE is 0"],
		[
			"DATA that would replace what waits",
			[...RADIO, ...RADIO_ENABLED, ...[1, 2, 3].map((byte) => write("SERCOM0.DATA", byte))],
			"write of 0x3 to SERCOM0.DATA",
		],
		[
			"DATA that nothing was received for",
			[...RADIO, ...RADIO_ENABLED, read("SERCOM0.DATA")],
			"INTFLAG.RXC is 0",
		],
		[
			"a USART with a clock from outside",
			[
				...RADIO,
				write("SERCOM0.CTRLA", RADIO_CONTROL & ~4),
				write("SERCOM0.CTRLA", (RADIO_CONTROL & ~4) | 2),
			],
			"MODE is not 1",
		],
		[
			"a random word that is not ready",
			[write("MCLK.APBCMASK", 0x2400), write("TRNG.CTRLA", 2), read("TRNG.DATA")],
			"INTFLAG.DATARDY is 0",
		],
		["SysTick with the reference clock", [write("SYSTICK.CSR", 1)], "set CLKSOURCE"],
		["a table of vectors that is not aligned", [write("SCB.VTOR", 0x8480)], "aligned to 1024 bytes"],
		["a system reset without its key", [write("SCB.AIRCR", 4)], "without VECTKEY"],
		["a register whose work is not modelled", [write("SUPC.VREF", 2)], "no value but 0x0 is modelled"],
		["a deep sleep", [write("PM.SLEEPCFG", 4)], "no sleep but IDLE"],
		["a write to the QSPI flash", [write(0x0400_0000, 1)], "a write to 0x04000000"],
	])("%s", async (_, steps, reason) => {
		const { end } = await perform(steps);
		expect(end).toMatchObject({ kind: "end", reason: expect.stringContaining(reason) });
		expect(end.reason).toMatch(PC);
	});

	it.each<[string, readonly Step[]]>([
		["a bit that is reserved, as it is after a reset", [write("MCLK.APBBMASK", 0x18056)]],
		["a part of a register", [write(0x4000_1c21, 1, 8), wait("GCLK.SYNCBUSY", 4, 0)]],
		[
			"ENABLE in an enable-protected register",
			[...RADIO, ...RADIO_ENABLED, write("SERCOM0.CTRLA", RADIO_CONTROL)],
		],
		[
			"a register that PAC protects no longer",
			[
				write("PAC.WRCTRL", (2 << 16) | 32 | 4),
				write("PAC.WRCTRL", (1 << 16) | 32 | 4),
				write("PORT.GROUP[0].DIRSET", 1),
			],
		],
		[
			"a software reset that is waited for",
			[...SLOW, write("SERCOM0.CTRLA", 1), wait("SERCOM0.CTRLA", 1, 0), write("SERCOM0.BAUD", 4)],
		],
		["a software reset while the USART is enabled", [...RADIO, ...RADIO_ENABLED, write("SERCOM0.CTRLA", 1)]],
		[
			"two writes to CTRLB while the USART is off",
			[...SLOW, write("SERCOM0.CTRLB", 1 << 16), write("SERCOM0.CTRLB", 3 << 16)],
		],
		["what a register has that is not modelled", [write("SUPC.VREF", 0)]],
	])("but not %s", async (_, steps) => {
		const { end } = await perform(steps);
		expect(end.reason).toMatch(FINISHED);
	});
});
