import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { contributed } from "../contributions/contribution.js";
import { type EventLine, Nightlight } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";
import { armTools, compiler, describeWith } from "../support/requires.js";

const programs = new Programs();
afterEach(() => programs.endAll());

const cwd = mkdtempSync(join(tmpdir(), "nightlight-sensors-"));
const file = (name: string, content: unknown): string => {
	writeFileSync(join(cwd, name), typeof content === "string" ? content : JSON.stringify(content));
	return name;
};

/** Humidity beside light, by configuration alone, as a contributor has it; its pin's name is none of the board's. */
const contribution = contributed(["humidity"], []);
afterAll(() => contribution.remove());
const HUMIDITY = join(contribution.folder, "examples/humidity.json");

/** Milliseconds that an engine may take to start on a busy machine: it may have to be compiled first. */
const PATIENCE = 60_000;

const up = (...words: readonly string[]): Nightlight =>
	programs.add(new Nightlight(["up", "--port", "0", "--json", ...words], { cwd }));

/** A telemetry message of a device and what its server received of it are the same. */
async function arrives(program: Nightlight, payload: Readonly<Record<string, number>>): Promise<void> {
	await program.heard({ source: "device", event: "telemetry", payload }, 0, PATIENCE);
	await program.heard({ source: "server", event: "received", payload });
}

/** Humidity is visible on an engine, and the light still switches the LED. */
async function showsHumidity(engine: string): Promise<void> {
	const lamp = up("--engine", engine, "--config", HUMIDITY, "--sensor", "humidity=60.4", "--light", "120");
	await arrives(lamp, { light: 120, humidity: 60 });
	await lamp.heard({ event: "led", on: true });
	expect(await lamp.end()).toBe(0);
	expect(lamp.errors).toBe("");
}

describe("a sensor of the configuration", () => {
	it("is read beside light, on node", () => showsHumidity("node"));

	it.each([
		{ name: "a number", source: "0", shown: 0 },
		{ name: "a recording", source: `csv:${file("room.csv", "time,humidity,light\n0,33.5,9\n")}`, shown: 34 },
		{
			name: "a recording beyond its range",
			source: `csv:${file("wet.csv", "time,humidity\n0,140\n")}`,
			shown: 100,
		},
		{ name: "a day, at noon", source: "day:3600", shown: 100 },
		{ name: "nothing: a day, at noon", source: undefined, shown: 100 },
	])("measures $name", async ({ source, shown }) => {
		const words = source === undefined ? [] : ["--sensor", `humidity=${source}`];
		await arrives(up("--config", HUMIDITY, "--light", "700", ...words), { light: 700, humidity: shown });
	});

	it("measures what comes on standard input", async () => {
		const lamp = up("--config", HUMIDITY, "--sensor", "light=700", "--sensor", "humidity=-");
		// The device starts with the first number.
		lamp.child.stdin?.write("41\n");
		await arrives(lamp, { light: 700, humidity: 41 });
	});

	it.each([
		{ what: "below nothing", minimum: -40, maximum: 85, value: -7 },
		{ what: "of a million values", minimum: -500_000, maximum: 500_000, value: 123_457 },
		{ what: "of two values", minimum: 7, maximum: 8, value: 8 },
	])("has a range $what", async ({ value, minimum, maximum }) => {
		const sensors = [
			{ name: "light", pin: "light" },
			{ name: "other", pin: "A1", minimum, maximum },
		];
		const config = file("range.json", { telemetry: { interval: 200, sensors } });
		await arrives(up("--config", config, "--light", "1", "--sensor", `other=${value}`), {
			light: 1,
			other: value,
		});
	});

	it("is one of 16", async () => {
		const names = Array.from({ length: 15 }, (_, index) => `s${index}`);
		const sensors = ["light", ...names].map((name) => ({ name, pin: name }));
		const config = file("many.json", { telemetry: { interval: 200, sensors } });
		const words = names.flatMap((name, index) => ["--sensor", `${name}=${index * 60}`]);
		const readings = names.map((name, index) => [name, index * 60] as const);
		await arrives(up("--config", config, "--light", "999", ...words), {
			light: 999,
			...Object.fromEntries(readings),
		});
	});
});

describeWith([compiler], "a sensor of the configuration on XS", () => {
	it("is read beside light", () => showsHumidity("xs"), 2 * PATIENCE);
});

describeWith([armTools], "a sensor of the configuration on the ARM image", () => {
	it("is read beside light", () => showsHumidity("arm"), 2 * PATIENCE);
});

describe("a sensor of the configuration in worlds", () => {
	const simulate = async (name: string, ...words: readonly string[]): Promise<EventLine[]> => {
		const all = ["simulate", "--hours", "0.06", "--config", HUMIDITY, "--trace", name, ...words];
		const program = programs.add(new Nightlight(all, { cwd }));
		expect(await program.exited).toBe(0);
		const lines = readFileSync(join(cwd, name), "utf8").trimEnd().split("\n");
		return lines.map((line) => JSON.parse(line));
	};
	const readingsOf = (events: readonly EventLine[]) =>
		events
			.filter(({ event }) => event === "telemetry")
			.map(({ payload }) => payload as { light: number; humidity: number });

	it("measures what its source says", async () => {
		const readings = readingsOf(
			await simulate("given.jsonl", "--sensor", "humidity=60", "--light", "day:60"),
		);
		expect(readings.length).toBeGreaterThan(500);
		expect(new Set(readings.map(({ humidity }) => humidity))).toEqual(new Set([60]));
		// Each level of a day of 60 s comes again in the next.
		const lights = readings.map(({ light }) => light);
		expect([Math.min(...lights), Math.max(...lights)]).toEqual([0, 1023]);
	});

	it(
		"measures what the seed chooses, in its range, as ever the same",
		async () => {
			const first = await simulate("seed.jsonl", "--seed", "5");
			const humidities = readingsOf(first).map(({ humidity }) => humidity);
			expect(new Set(humidities).size).toBeGreaterThan(2);
			expect(humidities.every((one) => Number.isInteger(one) && one >= 0 && one <= 100)).toBe(true);
			expect(await simulate("again.jsonl", "--seed", "5")).toEqual(first);
		},
		PATIENCE,
	);
});

describe("a slider", () => {
	it("moves the LED long before the interval is over", async () => {
		const config = file("slider.json", {
			telemetry: { interval: 60_000, sample: 50, threshold: 300 },
		});
		const lamp = up("--config", config, "--light", "-");
		lamp.child.stdin?.write("0\n");
		await lamp.heard({ event: "telemetry", payload: { light: 0 } });
		await lamp.heard({ event: "led", on: true });
		for (const [light, on] of [
			[800, false],
			[120, true],
			[301, false],
		] as const) {
			const before = lamp.events.length;
			lamp.child.stdin?.write(`${light}\n`);
			await lamp.heard({ source: "device", event: "telemetry", payload: { light } }, before);
			await lamp.heard({ event: "led", on }, before);
		}
		expect(await lamp.end()).toBe(0);
		// The first reading, and one for each time that it crossed the threshold.
		expect(
			lamp.events.filter(({ source, event }) => source === "device" && event === "telemetry"),
		).toHaveLength(4);
	});
});
