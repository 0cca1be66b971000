import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { itInAll } from "../support/lane.js";
import { Nightlight } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";
import { armTools, compiler, describeWith } from "../support/requires.js";
import type { TreeCopy } from "../support/tree-copy.js";
import { contributed } from "./contribution.js";

/** Milliseconds that an engine may take to start: it may have to be compiled with the new command. */
const PATIENCE = 120_000;

const programs = new Programs();
let copy: TreeCopy;
beforeAll(() => {
	copy = contributed(
		["blink"],
		[
			"firmware",
			"server",
			"host-sim",
			"test/firmware/peripherals",
			"manifest.json",
			"package.json",
			"tsconfig.json",
		],
	);
});
afterEach(() => programs.endAll());
afterAll(() => copy?.remove());

const cwd = mkdtempSync(join(tmpdir(), "nightlight-blink-"));
const run = (...words: readonly string[]): Nightlight =>
	programs.add(new Nightlight([...words, "--json"], { cwd, root: copy.folder }));

/** The command is obeyed and refused as it should on an engine; the LED is as before at its end. */
async function blinks(engine: string, light: number, isLit: boolean): Promise<void> {
	const lamp = run("up", "--engine", engine, "--port", "0", "--light", `${light}`, "--interval", "60000");
	const { port } = await lamp.heard({ event: "listening" }, 0, PATIENCE);
	await lamp.heard({ source: "device", event: "command", payload: { led_on: isLit } }, 0, PATIENCE);
	const sender = await connectAsync(`mqtt://127.0.0.1:${port}`);
	for (const times of [21, 3]) await sender.publishAsync("nightlight/commands", `{"blink":${times}}`);
	await sender.endAsync();
	await lamp.heard({
		event: "refused",
		topic: "nightlight/commands",
		code: "wrong-argument",
		reason: "blink wants a whole number from 1 to 20",
	});
	const blink = await lamp.heard({ source: "device", event: "command", payload: { blink: 3 } });
	const shown = () =>
		lamp.events
			.slice(lamp.events.indexOf(blink))
			.filter(({ event }) => event === "led")
			.map(({ on }) => on);
	await lamp.until("six changes", () => shown().length >= 6);
	expect(await lamp.end()).toBe(0);
	expect(shown()).toEqual([!isLit, isLit, !isLit, isLit, !isLit, isLit]);
	expect(lamp.errors).toBe("");
}

describe("the command blink on Node", () => {
	it("is obeyed, with the LED off before and after", () => blinks("node", 700, false), 2 * PATIENCE);
});

describeWith([compiler], "the command blink on XS", () => {
	it("is obeyed, with the LED on before and after", () => blinks("xs", 100, true), 2 * PATIENCE);
});

describeWith([armTools], "the command blink on the ARM image", () => {
	// The image is linked again, which takes seconds; the other engines show the same in `npm test`.
	itInAll("is obeyed, with the LED on before and after", () => blinks("arm", 100, true), 3 * PATIENCE);
});
