import { afterAll, beforeAll, expect, it } from "vitest";
import type { DeviceEvent } from "../../../../firmware/events.js";
import { compiler, describeWith } from "../../../support/requires.js";
import { CProgram } from "./c-program.js";

const network = (state: "down" | "joining" | "up", reason?: string): DeviceEvent => ({
	event: "network",
	state,
	ssid: "home",
	...(reason !== undefined && { reason }),
});
const link = (state: "resolving" | "online" | "backoff"): DeviceEvent => ({ event: "link", state });

describeWith([compiler], "what the board shows of what the firmware reports", () => {
	let program: CProgram;
	beforeAll(() => {
		program = new CProgram("show-states.c", ["state.c"]);
	});
	afterAll(() => program?.remove());

	const SILENT = "the radio does not answer: its firmware may be too old";
	it.each<[string, DeviceEvent[], string[]]>([
		[
			"a start that goes well",
			[link("resolving"), network("joining"), network("up"), link("online")],
			["no wifi", "no wifi", "no broker", "online forgets"],
		],
		[
			"a wrong password",
			[network("joining"), network("down", 'Wi-Fi "home": the password is wrong'), link("backoff")],
			["no wifi", "no wifi", "no wifi"],
		],
		[
			"a silent radio, until it answers",
			[
				network("joining"),
				network("down", SILENT),
				network("joining"),
				network("up"),
				network("down", "lost"),
			],
			["no wifi", "no radio", "no radio", "no broker", "no wifi"],
		],
		[
			"a broker that goes",
			[network("up"), link("online"), link("backoff"), link("online")],
			["no broker", "online forgets", "no broker", "online forgets"],
		],
		[
			"an event that only mentions another",
			[network("up"), { event: "command", payload: { event: "link", state: "online" } }],
			["no broker", "no broker"],
		],
	])("%s", (_, events, shown) => {
		expect(program.run([], events.map((event) => `${JSON.stringify(event)}\n`).join(""))).toEqual(shown);
	});
});

describeWith([compiler], "the status LED's codes", () => {
	let program: CProgram;
	beforeAll(() => {
		program = new CProgram("blink-for.c", ["blink.c"]);
	});
	afterAll(() => program?.remove());

	it.each([
		["starting: on", 0, 3000, " +1"],
		["no configuration: 2 flashes", 1, 2400, " +1 -150 +400 -550 +2000 -2150 +2400"],
		["no radio: 3 flashes", 2, 2400, " +1 -150 +400 -550 +800 -950 +2400"],
		["no Wi-Fi: 4 flashes", 3, 2800, " +1 -150 +400 -550 +800 -950 +1200 -1350 +2800"],
		["no broker: 5 flashes", 4, 3200, " +1 -150 +400 -550 +800 -950 +1200 -1350 +1600 -1750 +3200"],
		["online: 1 flash each 4 s", 5, 4200, " +1 -150 +4000 -4150"],
		["failed: flicker", 6, 250, " +1 -50 +100 -150 +200 -250"],
	])("%s", (_, state, milliseconds, changes) => {
		expect(program.run([String(state), String(milliseconds)])).toEqual([changes]);
	});
});

describeWith([compiler], "the board's own lines", () => {
	let program: CProgram;
	beforeAll(() => {
		program = new CProgram("tell-lines.c", ["line.c"]);
	});
	afterAll(() => program?.remove());

	it.each(["plain", 'module "a" \\ b', "tab\tand \u0001", "ß語", ""])("are JSON: %j", (reason) => {
		const [line = ""] = program.run([], `failed reason ${reason}\n`);
		expect(JSON.parse(line)).toEqual({ event: "board", state: "failed", reason, count: 4294967295 });
	});

	it.each([400, 470, 480, 490, 500, 510, 600, 2000])("are JSON when a text of %i does not fit", (length) => {
		for (const filling of ["x", '"', "\u0001"]) {
			const [line = ""] = program.run([], `failed reason ${filling.repeat(length)}\n`);
			expect(line.length).toBeLessThanOrEqual(512);
			expect(JSON.parse(line)).toMatchObject({ event: "board", state: "failed" });
		}
	});
});
