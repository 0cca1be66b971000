import { afterAll, beforeAll, expect, it } from "vitest";
import { joined } from "../../../fuzz/bytes.js";
import { anyJson } from "../../../fuzz/json-text.js";
import { spoilt } from "../../../fuzz/mutate.js";
import { Random } from "../../../fuzz/random.js";
import { compiler, describeWith } from "../../../support/requires.js";
import { CProgram } from "./c-program.js";

const INPUTS = 4000;
/** Keys and values that the screen looks for. */
const NAMES = [
	"event",
	"state",
	"payload",
	"led_on",
	"by",
	"on",
	"active",
	"reason",
	"ssid",
	"address",
	"id",
];
const LINES = [
	'{"event":"telemetry","payload":{"light":262,"time":"2026-11-01T00:00:00Z"}}',
	'{"event":"command","payload":{"led_on":true},"by":"hand"}',
	'{"event":"led","on":true}',
	'{"event":"fallback","active":true,"reason":"offline"}',
	'{"event":"link","state":"backoff","code":"timeout-connecting","reason":"no \\"answer\\"","delay":1000}',
	'{"event":"network","state":"up","ssid":"Gerät \\u00e9","address":"192.168.1.50"}',
	'{"event":"board","state":"failed","reason":"memory \\\\ used up","delay":2000}',
].map((line) => new TextEncoder().encode(line));
const LINE_FEED = 0x0a;

/** A line of anything, near to what the screen reads. */
function anyLine(random: Random): Uint8Array {
	const line = random.chance(0.3)
		? new TextEncoder().encode(anyJson(random, NAMES))
		: spoilt(random.pick(LINES), random, 0.1);
	return line.filter((byte) => byte !== LINE_FEED);
}

/** A command to the program: the line is for one of its readers, and sometimes there is time to draw. */
function anyCommand(random: Random): Uint8Array {
	const word = new TextEncoder().encode(random.chance(0.9) ? "tell " : "config ");
	const end = new TextEncoder().encode(random.chance(0.1) ? "\nrun 2\n" : "\n");
	return joined([word, anyLine(random), end]);
}

describeWith([compiler], "the screen, told anything", () => {
	let program: CProgram;
	beforeAll(() => {
		program = new CProgram("draw-screen.c", [...["screen.c", "cells.c", "members.c", "font.c", "panel.c"]]);
	});
	afterAll(() => program?.remove());

	it.each([1, 2, 3])("reads no byte beside a line, draws letters only, and goes on: seed %i", (seed) => {
		const random = new Random(seed);
		const commands = Array.from({ length: INPUTS }, () => anyCommand(random));
		const last = 'tell {"event":"telemetry","payload":{"light":4}}\nrun 200\ntext\n';
		const rows = program.run([], joined([...commands, new TextEncoder().encode(last)]));
		expect(rows).toHaveLength(18);
		expect(rows[1]?.trimEnd()).toBe("Light 4");
		expect(rows[16]?.trimEnd()).toBe("telemetry light 4");
	});
});
