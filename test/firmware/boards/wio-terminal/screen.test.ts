import { afterAll, beforeAll, expect, it } from "vitest";
import type { DeviceEvent } from "../../../../firmware/events.js";
import { compiler, describeWith } from "../../../support/requires.js";
import { CProgram } from "./c-program.js";

const PARTS = ["screen.c", "cells.c", "members.c", "font.c", "panel.c"];
/** What a character that the font does not have looks like, as the program writes it. */
const BOX = "\u0001";
/** Until the panel takes dots and has been cleared. */
const START = "run 200";

type Line = DeviceEvent | { readonly event: "board"; readonly state: string; readonly reason?: string };
const tell = (line: Line | string): string =>
	`tell ${typeof line === "string" ? line : JSON.stringify(line)}`;

/** The first rows by name, the log's as a list; without the blanks behind. */
function readRows(lines: readonly string[]) {
	const rows = lines.slice(-18, -1).map((line) => line.trimEnd());
	const [title, light, led, link, linkDetail, linkMore, network, networkDetail, networkMore, ...log] = rows;
	return { title, light, led, link, linkDetail, linkMore, network, networkDetail, networkMore, log };
}

describeWith([compiler], "the screen", () => {
	let program: CProgram;
	beforeAll(() => {
		program = new CProgram("draw-screen.c", PARTS);
	});
	afterAll(() => program?.remove());

	const rowsAfter = (...commands: string[]) =>
		readRows(program.run([], `${[START, ...commands, "run 50", "text"].join("\n")}\n`));
	const rowsOf = (...lines: (Line | string)[]) => rowsAfter(...lines.map(tell));

	it("starts as its datasheet says, and is lit once the picture is there", () => {
		const [story = ""] = program.run([], "run 400\nstart\n");
		const steps = story.trim().split(" ");
		expect(steps.map((step) => step.split(":")[1])).toEqual([
			"reset",
			"spi",
			"run",
			"11",
			"36",
			"E8",
			"3A",
			"55",
			"29",
			"light",
		]);
		const [reset, , released, awake, settings, , , , on, light] = steps.map((step) =>
			Number.parseInt(step, 10),
		);
		expect((released as number) - (reset as number)).toBeGreaterThanOrEqual(2);
		expect((awake as number) - (released as number)).toBeGreaterThan(120);
		expect((settings as number) - (awake as number)).toBeGreaterThan(5);
		expect((on as number) - (awake as number)).toBeGreaterThan(120);
		expect(light).toBe(on);
	});

	it("shows that it starts", () => {
		expect(rowsAfter()).toEqual({
			title: "Nightlight",
			light: "",
			led: "LED off",
			link: "Starting",
			linkDetail: "",
			linkMore: "",
			network: "",
			networkDetail: "",
			networkMore: "",
			log: ["", "", "", "", "", "", "", ""],
		});
	});

	it.each([
		["the configuration's id", '{"broker":{"id":"no"},"id":"lamp-7"}', "lamp-7"],
		["as much of an id as fits", `{"id":"${"x".repeat(64)}"}`, "x".repeat(26)],
		["its own name without an id", '{"broker":"b"}', "Nightlight"],
	])("has %s as its title", (_, configuration, title) => {
		expect(rowsAfter(`config ${configuration}`).title).toBe(title);
	});

	const telemetry = (payload: Record<string, number>): Line => ({ event: "telemetry", payload });
	it.each<[string, Line[], string]>([
		["a reading", [telemetry({ light: 262 })], "Light 262"],
		["the last reading", [telemetry({ light: 1023 }), telemetry({ light: 7 })], "Light 7"],
		["the first sensor's", [telemetry({ lux: 2.5, heat: 3, seq: 4 })], "Lux 2.5"],
		["no sensor", [{ event: "board", state: "no-light-sensor", reason: "ADC1" }], "No light sensor"],
	])("shows %s", (_, lines, light) => {
		expect(rowsOf(...lines).light).toBe(light);
	});

	const led = (on: boolean): Line => ({ event: "led", on });
	const command = (on: boolean, by?: string): Line =>
		({ event: "command", payload: { led_on: on }, ...(by !== undefined && { by }) }) as Line;
	const fallback = (active: boolean): Line => ({ event: "fallback", active, reason: "offline" });
	it.each<[string, Line[], string]>([
		["the server's", [command(true), led(true)], "LED on (server)"],
		["the server's, which changes nothing", [command(false)], "LED off (server)"],
		["a hand's", [command(true), led(true), command(false, "hand"), led(false)], "LED off (hand)"],
		["the device's own", [command(true), led(true), fallback(true), led(false)], "LED off (device)"],
		[
			"the server's again",
			[fallback(true), led(true), command(false), fallback(false), led(false)],
			"LED off (server)",
		],
		["another command's", [{ event: "command", payload: { sample: true } }], "LED off"],
	])("shows the LED, and that it was %s decision", (_, lines, shown) => {
		expect(rowsOf(...lines).led).toBe(shown);
	});

	const link = (state: "resolving" | "backoff" | "online", reason?: string): Line => ({
		event: "link",
		state,
		...(reason !== undefined && { code: "timeout-connecting", reason }),
	});
	it.each<[string, Line[], object]>([
		["a state", [link("resolving")], { link: "Link resolving", linkDetail: "" }],
		["a reason", [link("backoff", "no answer")], { link: "Link backoff", linkDetail: "no answer" }],
		[
			"a reason while it is tried again",
			[link("backoff", "no answer"), link("resolving")],
			{ link: "Link resolving", linkDetail: "no answer" },
		],
		[
			"no reason when it is online",
			[link("backoff", "no answer"), link("online")],
			{ link: "Link online", linkDetail: "" },
		],
		[
			"a long reason in two rows, its words whole",
			[link("backoff", `the broker ${"did not answer ".repeat(4)}in time`)],
			{
				linkDetail: "the broker did not answer did not answer did not",
				linkMore: "answer did not answer in time",
			},
		],
		[
			"words that fill a row to its end",
			[link("backoff", `${"x".repeat(49)} abc def`)],
			{ linkDetail: `${"x".repeat(49)} abc`, linkMore: "def" },
		],
		[
			"a word that is one letter too long for a row",
			[link("backoff", `${"x".repeat(49)} abcd ef`)],
			{ linkDetail: "x".repeat(49), linkMore: "abcd ef" },
		],
		[
			"a word of more than a row",
			[link("backoff", "x".repeat(200))],
			{ linkDetail: "x".repeat(53), linkMore: "x".repeat(53) },
		],
		[
			"why the program failed, until it is online",
			[{ event: "board", state: "failed", reason: "memory used up" }, link("resolving")],
			{ link: "Link resolving", linkDetail: "memory used up" },
		],
		[
			"why it failed",
			[{ event: "board", state: "failed", reason: "memory used up" }],
			{ link: "Failed, starts again", linkDetail: "memory used up" },
		],
		[
			"what to do without a configuration",
			[{ event: "board", state: "no-configuration", reason: "there is no configuration: pack one" }],
			{
				link: "No configuration",
				linkDetail: "there is no configuration: pack one",
				network: "Run nightlight pack",
				networkDetail: "and copy the image to this board:",
				networkMore: "docs/wio-terminal.md says how",
			},
		],
	])("shows of the link %s", (_, lines, shown) => {
		expect(rowsOf(...lines)).toMatchObject(shown);
	});

	const network = (state: "joining" | "up" | "down", more: object = {}): Line => ({
		...{ event: "network", state, ssid: "home" },
		...more,
	});
	it.each<[string, Line[], object]>([
		["its name", [network("joining")], { network: "Wi-Fi joining", networkDetail: "home" }],
		[
			"its address",
			[network("up", { address: "192.168.100.150" })],
			{ network: "Wi-Fi up 192.168.100.150", networkDetail: "home" },
		],
		[
			"why there is none, until there is",
			[network("down", { reason: 'Wi-Fi "home": the password is wrong' }), network("joining")],
			{ network: "Wi-Fi joining", networkDetail: 'Wi-Fi "home": the password is wrong' },
		],
		[
			"its name again",
			[network("down", { reason: "lost" }), network("joining"), network("up", { address: "10.0.0.2" })],
			{ network: "Wi-Fi up 10.0.0.2", networkDetail: "home" },
		],
	])("shows of the network %s", (_, lines, shown) => {
		expect(rowsOf(...lines)).toMatchObject(shown);
	});

	it.each<[string, Line | string, string]>([
		["a reading", telemetry({ light: 262, seq: 5 }), "telemetry light 262 seq 5"],
		["a command", command(true), "command led_on true"],
		["a switch", led(true), "led on true"],
		["the board's", '{"event":"board","state":"started","reset":"power on"}', "board started power on"],
		["a count", '{"event":"board","state":"lines-lost","count":3}', "board lines-lost count 3"],
		[
			"no more than fits",
			link("backoff", "x".repeat(80)),
			`link backoff timeout-connecting ${"x".repeat(21)}`,
		],
		["escapes", '{"event":"a\\"b\\\\c\\n\\u00e9d"}', `a"b\\c${BOX}${BOX}d`],
		["letters that the font has not", '{"event":"Gerät 語 é"}', `Ger${BOX}t ${BOX} ${BOX}`],
		["what lies deep", '{"event":"x","payload":{"a":{"b":[1,2]},"c":[3,{"d":4}]}}', 'x a ... c [3,{"d":4}]'],
		["what is not JSON", "hello", ""],
	])("has in its log, in short, %s", (_, line, shown) => {
		expect(rowsOf(line).log.at(-1)).toBe(shown);
	});

	it("has the last eight lines in its log", () => {
		const lines = Array.from({ length: 11 }, (_, count) => telemetry({ light: count }));
		expect(rowsOf(...lines).log).toEqual(lines.slice(-8).map((_, count) => `telemetry light ${count + 3}`));
	});

	it("draws for 1.2 ms at most at a time, at a third of a microsecond a byte", () => {
		const lines = Array.from({ length: 9 }, (_, count) => tell(link("backoff", `${count}`.repeat(100))));
		const [most = ""] = program.run([], `${[START, ...lines, "run 50", "most"].join("\n")}\n`);
		expect(Number(most) / 3).toBeLessThan(1200);
		expect(Number(most) / 3).toBeGreaterThan(500);
	});
});

describeWith([compiler], "the screen's font", () => {
	let program: CProgram;
	beforeAll(() => {
		program = new CProgram("write-font.c", ["font.c"]);
	});
	afterAll(() => program?.remove());

	it("has all of printable ASCII and a box, no two alike, and dots in all but the blank", () => {
		const glyphs = program.run([]).map((line) => line.split(" "));
		expect(glyphs.map(([code]) => Number(code))).toEqual(
			Array.from({ length: 96 }, (_, index) => index + 32),
		);
		expect(new Set(glyphs.map(([, dots]) => dots)).size).toBe(96);
		expect(glyphs.filter(([, dots]) => dots === "0000000000").map(([code]) => code)).toEqual(["32"]);
	});
});
