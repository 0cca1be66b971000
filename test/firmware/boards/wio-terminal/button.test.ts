import { afterAll, beforeAll, expect, it } from "vitest";
import { BOARD_COMMAND } from "../../../../firmware/boards/native/seam.js";
import { armImage } from "../../../../host-sim/engines/arm/build.js";
import { Qemu } from "../../../../host-sim/engines/arm/qemu.js";
import { startGuest } from "../../../../host-sim/engines/guest.js";
import { encodeEvent } from "../../../../host-sim/engines/native-server.js";
import { armTools, compiler, describeWith } from "../../../support/requires.js";
import { configOf } from "../../../support/virtual/config.js";
import { VirtualHost } from "../../../support/virtual/host.js";
import { CProgram } from "./c-program.js";

describeWith([compiler], "button A", () => {
	let program: CProgram;
	beforeAll(() => {
		program = new CProgram("press-button.c", ["button.c"]);
	});
	afterAll(() => program?.remove());

	it.each<[string, number[], string]>([
		["nobody presses", [1000], ""],
		["a press", [100, 200, 100], "129 "],
		["one that goes on", [100, 5000], "129 "],
		["two", [100, 200, 100, 200, 100], "129 429 "],
		["contacts that bounce", [100, 1, 2, 5, 3, 200, 2, 4, 1, 100], "140 "],
		["a touch of 29 ms", [100, 29, 100], ""],
		["a touch of 30 ms", [100, 30, 100], "129 "],
		["a gap of 29 ms", [100, 100, 29, 100, 100], "129 "],
		["one that is down at the start", [0, 200, 100], "29 "],
	])("counts once what lasts for 30 ms: %s", (_, changes, presses) => {
		expect(program.run(changes.map(String))).toEqual([presses]);
	});
});

describeWith([armTools], "the firmware of a board with a button", () => {
	it("obeys the board's command as one of a hand", { timeout: 300_000 }, async () => {
		const failures: string[] = [];
		const host = new VirtualHost();
		const { elf } = await armImage({ log: () => {}, hasButton: true });
		let machine: Qemu | undefined;
		const guest = await startGuest(
			{
				name: "ARM",
				open: (answer, onEnd) => {
					machine = new Qemu(elf, answer, onEnd, {});
					return machine;
				},
				prepare: async () => {},
			},
			host,
			configOf(),
			{ onFailure: (reason) => failures.push(reason), log: () => {} },
		);
		const press = (text: string) => machine?.event(() => encodeEvent(BOARD_COMMAND, 5, 0, 0, text));
		await press('{"led_on":true,"by":"hand"}');
		expect(host.digital.led).toBe(1);
		expect(host.events.slice(-2)).toEqual([
			{ event: "command", payload: { led_on: true }, by: "hand" },
			{ event: "led", on: true },
		]);
		await press('{"led_on":false,"by":"hand"}');
		expect(host.digital.led).toBe(0);
		guest.close();
		expect(failures).toEqual([]);
	});
});
