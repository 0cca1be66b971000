import { expect, it } from "vitest";
import { Wio, type WioRun } from "../../../../host-sim/engines/wio/wio.js";
import { describeWith, wioTools } from "../../../support/requires.js";
import { compile, programFile } from "./program.js";
import { perform, read, type Step, silent, spin, wait, write } from "./script.js";
import { RADIO, RADIO_CONTROL, RADIO_ENABLED, RADIO_PINS } from "./setups.js";

const [TXC, RXC] = [2, 4];
const READY = [...RADIO, ...RADIO_PINS, ...RADIO_ENABLED];
const bytesOf = ({ events }: WioRun) =>
	events.flatMap((event) => (event.kind === "byte" ? [[event.byte, event.baud, event.time] as const] : []));

describeWith([wioTools], "a SERCOM as USART", () => {
	it("sends a byte in ten bits, with the baud of BAUD and its clock", async () => {
		const send = [
			write("SERCOM0.DATA", 0x55),
			write("SERCOM0.DATA", 0xa1),
			wait("SERCOM0.INTFLAG", TXC, TXC),
		];
		const sent = bytesOf(await perform([...READY, ...send]));
		expect(sent.map(([byte, baud]) => [byte, baud])).toEqual([
			[0x55, 615385],
			[0xa1, 615385],
		]);
		const [[, , first = 0] = [], [, , second = 0] = []] = sent;
		expect(second - first).toBeCloseTo(16250, -1);
	});

	it.each<[string, readonly Step[], number[]]>([
		[
			"with the highest bit first, turned round",
			READY.map((step) =>
				step[3] === (RADIO_CONTROL | 2) ? write("SERCOM0.CTRLA", (RADIO_CONTROL & ~(1 << 30)) | 2) : step,
			),
			[0x80],
		],
		["from a pin that does not have the function, not at all", [...RADIO, ...RADIO_ENABLED], []],
	])("sends %s", async (_, ready, expected) => {
		const sent = bytesOf(
			await perform([...ready, write("SERCOM0.DATA", 1), wait("SERCOM0.INTFLAG", TXC, TXC)]),
		);
		expect(sent.map(([byte]) => byte)).toEqual(expected);
	});

	const receive = wait("SERCOM0.INTFLAG", RXC, RXC);
	it.each<[string, readonly Step[], number, number[], number[]]>([
		["a byte", [receive, read("SERCOM0.DATA")], 614400, [0x5a], [0x5a]],
		[
			"two bytes that wait",
			[spin(10_000), read("SERCOM0.DATA"), read("SERCOM0.DATA")],
			614400,
			[1, 2],
			[1, 2],
		],
		[
			"no third: BUFOVF and ERROR",
			[spin(10_000), read("SERCOM0.STATUS"), read("SERCOM0.INTFLAG"), read("SERCOM0.DATA")],
			614400,
			[1, 2, 3],
			[4, 0x85, 1],
		],
		["a frame error of a byte that comes too slowly", [receive, read("SERCOM0.STATUS")], 115200, [0], [2]],
		["something else from one that comes too fast", [receive, read("SERCOM0.DATA")], 1843200, [0x0f], [0xfd]],
	])("receives %s", async (_, steps, baud, bytes, expected) => {
		const { results } = await perform([...READY, ...steps], (wio) =>
			wio.receive(0, 1e6, baud, Uint8Array.from(bytes)),
		);
		expect(results).toEqual(expected);
	});

	it("receives nothing on a pin that does not have the function", async () => {
		const { results } = await perform(
			[...RADIO, ...RADIO_ENABLED, spin(30_000), read("SERCOM0.INTFLAG")],
			(wio) => wio.receive(0, 1e6, 614400, Uint8Array.of(1)),
		);
		expect(results).toEqual([1]);
	});

	it("loses bytes while flash is erased that the program executes from", async () => {
		const erase = [write("NVMCTRL.ADDR", 0x3_e000), write("NVMCTRL.CTRLB", 0xa501)];
		const { results } = await perform(
			[...READY, ...erase, read("SERCOM0.STATUS")],
			(wio) => wio.receive(0, 1e6, 614400, Uint8Array.of(1, 2, 3)),
			200e6,
		);
		expect(results).toEqual([4]);
	});

	it("takes and gives 4000 bytes at 614400 baud by interrupts", async () => {
		const wio = await Wio.start({ segments: compile(programFile("echo.c")), log: silent });
		try {
			const bytes = Uint8Array.from({ length: 4000 }, (_, index) => (index * 7) & 0xff);
			wio.receive(0, 1e6, 614400, bytes);
			const sent = bytesOf(await wio.run(80e6));
			expect(sent.map(([byte]) => byte)).toEqual(Array.from(bytes, (byte) => byte ^ 0xff));
		} finally {
			wio.close();
		}
	});

	it("pauses the run behind each byte, if wanted", async () => {
		const wio = await Wio.start({ segments: compile(programFile("echo.c")), log: silent });
		try {
			wio.receive(0, 1e6, 614400, Uint8Array.of(1, 2, 3));
			const run = await wio.run(80e6, true);
			expect(run.end).toMatchObject({ kind: "stop", reason: "output" });
			expect(bytesOf(run)).toHaveLength(1);
			expect(run.end.time - (bytesOf(run)[0]?.[2] ?? 0)).toBeLessThan(100);
		} finally {
			wio.close();
		}
	});
});
