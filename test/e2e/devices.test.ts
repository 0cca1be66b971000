import { afterEach, describe, expect, it } from "vitest";
import { runHere } from "../support/command-line.js";
import { Nightlight } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";

const programs = new Programs();
afterEach(() => programs.endAll());

const up = (...words: readonly string[]): Nightlight =>
	programs.add(new Nightlight(["up", "--port", "0", "--interval", "200", ...words]));

/** What a page at an address begins with. */
async function helloOf(url: string): Promise<{ count: number; all: { id: string; link: string }[] }> {
	const { body } = await fetch(new URL("/api/stream?all", url));
	let text = "";
	for await (const chunk of body ?? []) {
		text += new TextDecoder().decode(chunk);
		if (text.includes("\n\n")) break;
	}
	return JSON.parse(text.slice("data: ".length, text.indexOf("\n\n")));
}

describe("up --devices", () => {
	it("runs complete devices, each with its own id, time of day, and command", async () => {
		const lamps = up("--devices", "4", "--light", "day:3600", "--json");
		// Noon, morning and evening, midnight.
		for (const [id, light, on] of [
			["nightlight-1", 1023, false],
			["nightlight-2", 300, false],
			["nightlight-3", 0, true],
		] as const) {
			await lamps.heard({ source: "device", device: id, event: "telemetry", payload: { light } });
			await lamps.heard({ source: "device", device: id, event: "command", payload: { led_on: on } });
		}
		await lamps.heard({ source: "device", device: "nightlight-4", event: "command" });
		const page = await lamps.heard({ source: "page" });
		const { count, all } = await helloOf(String(page.url));
		expect(count).toBe(4);
		expect(all.map(({ id, link }) => `${id} ${link}`)).toEqual(
			[1, 2, 3, 4].map((number) => `nightlight-${number} online`),
		);
		expect(await lamps.end()).toBe(0);
		expect(lamps.errors).toBe("");
	});

	it("says in each line whom it is about", async () => {
		const lamps = up("--devices", "2", "--no-page");
		await lamps.until("a command of the second", () =>
			lamps.lines.find((line) => line.startsWith('device nightlight-2 | Message received: {"led_on":')),
		);
		expect(
			lamps.lines.some((line) => /^server nightlight-2 \| Message received: \{"light":/.test(line)),
		).toBe(true);
	});

	it("serves its own devices alone at a broker of others", async () => {
		const broker = up("--light", "100", "--no-page", "--json");
		const { port } = await broker.heard({ source: "broker", event: "listening" });
		const lamps = programs.add(
			new Nightlight([
				"up",
				"--devices",
				"2",
				"--id",
				"attic",
				"--broker",
				`mqtt://127.0.0.1:${port}`,
				"--json",
			]),
		);
		await lamps.heard({ source: "device", device: "attic-2", event: "command" });
		const before = broker.events.length;
		await broker.heard({ source: "device", event: "telemetry" }, before);
		await broker.heard({ source: "device", event: "command" }, before);
		expect(lamps.events.filter(({ device }) => device === "nightlight")).toEqual([]);
	});

	it.each([
		["0", "a whole number from 1 to 500"],
		["501", "a whole number from 1 to 500"],
		["many", "a whole number from 1 to 500"],
	])("refuses %s devices", async (count, says) => {
		const { code, errors } = await runHere(["up", "--devices", count]);
		expect([code, errors]).toEqual([2, expect.stringContaining(says)]);
	});
});
