import { describe, expect, it } from "vitest";
import { createWorld, type TestWorld } from "../../../host-sim/simulation/create-world.js";
import type { FaultName } from "../../../host-sim/simulation/faults/rates.js";
import { configOf } from "../../../host-sim/simulation/variety.js";

describe("a world for tests", () => {
	it("follows the light", async () => {
		const world = createWorld({ seed: 7, devices: ["a", "b"] });
		world.light("a", 120);
		await world.device("a").led.becomes(true);
		expect(world.time).toBeLessThan(5000);
		expect(world.device("b").led.value).toBe(false);
		world.light("a", 800);
		await world.device("a").led.becomes(false);
		await world.device("a").led.stays(60_000);
		world.end();
	});

	it("has a server with the hysteresis that the test says", async () => {
		const world = createWorld({ devices: ["a"], hysteresis: 20 });
		const { led } = world.device("a");
		world.light("a", 310);
		await led.stays(60_000);
		world.light("a", 298);
		await led.becomes(true);
		for (const light of [302, 299, 301, 319, 300]) {
			world.light("a", light);
			await led.stays(10_000);
		}
		world.fault("reset", "a");
		await led.stays(300_000);
		world.end();
		world.light("a", 320);
		await led.becomes(false);
		await world.run(300_000);
		world.end();
	});

	it("lets go wrong what the test says, and comes back", async () => {
		const world = createWorld({ devices: ["a"] });
		const { led, link } = world.device("a");
		await link.becomes("online");
		world.fault("crash", "broker", 30_000);
		await link.becomes("backoff");
		world.light("a", 100);
		await link.becomes("online", 120_000);
		await led.becomes(true);
	});

	it("cuts the power, and gives it back", async () => {
		const world = createWorld({ devices: { a: { mqtt: { cleanSession: false }, telemetry: { qos: 2 } } } });
		const device = world.device("a");
		world.light("a", 100);
		await device.led.becomes(true);
		device.cutPower();
		expect([device.led.value, device.link.value]).toEqual([false, "offline"]);
		await device.led.stays(120_000);
		device.switchOn();
		await device.led.becomes(true);
	});

	it("is the same each time", async () => {
		const hashes = await Promise.all(
			[1, 2].map(async () => {
				const world = createWorld({ seed: 3, devices: ["a"] });
				world.fault("reset", "a");
				await world.run(60_000);
				return world.hash;
			}),
		);
		expect(hashes[0]).toBe(hashes[1]);
	});

	it.each([
		{
			name: "with another layout",
			topics: { telemetry: "home/{id}/light", commands: "{id}/set", status: "there/{id}" },
		},
		{ name: "that say neither status nor state", topics: { status: null, state: null } },
	])("has topics of its own, $name: $topics", async ({ topics }) => {
		const lines: string[] = [];
		const settings = { topics: { ...configOf("x").topics, ...topics } };
		const world = createWorld({ devices: { a: settings, b: settings }, onLine: (line) => lines.push(line) });
		world.light("a", 100);
		await world.device("a").led.becomes(true);
		for (const fault of ["nonsense", "stranger", "reset"] as const) world.fault(fault, "a");
		world.fault("nonsense", "server");
		await world.run(400_000);
		world.end();
		const { telemetry, commands } = settings.topics;
		for (const topic of [telemetry, commands]) {
			expect(lines.some((line) => line.includes(`"topic":"${topic?.replace("{id}", "a")}"`))).toBe(true);
		}
	});

	it.each([
		{ topics: { telemetry: null }, says: "topics.telemetry: the server needs it, got null" },
		{ topics: { commands: "set" }, says: "topics.commands: for all devices" },
	])("has a server that needs its topics: $says", ({ topics, says }) => {
		const settings = { topics: { ...configOf("x").topics, ...topics } };
		expect(() => createWorld({ devices: { a: settings } })).toThrow(says);
	});

	it("has one layout of topics", () => {
		const other = { topics: { ...configOf("x").topics, state: null } };
		expect(() => createWorld({ devices: { a: {}, b: other } })).toThrow(
			"topics: devices of a world have the same",
		);
	});

	it("says what did not come about", async () => {
		const world = createWorld({ devices: ["a"] });
		world.light("a", 900);
		await expect(world.device("a").led.becomes(true, 10_000)).rejects.toThrow(
			"a's LED is false, not true, after 10000 ms",
		);
		expect(world.time).toBe(10_000);
		world.light("a", 10);
		await expect(world.device("a").led.stays(10_000)).rejects.toThrow(/^a's LED became true after \d+ ms$/);
	});

	it.each([
		{ name: "another device", act: () => createWorld({ devices: ["a"] }).device("b"), says: 'no device "b"' },
		{ name: "an id that is none", act: () => createWorld({ devices: ["a b"] }), says: "id" },
		{
			name: "settings that are not allowed",
			act: () => createWorld({ devices: { a: { telemetry: { interval: 1 } } } }),
			says: "telemetry.interval",
		},
	])("refuses $name", ({ act, says }) => {
		expect(act).toThrow(says);
	});

	it.each<{ what: string; says: string; act: (world: TestWorld) => unknown }>([
		{
			what: "an unknown fault",
			says: 'no fault "rest"; there are latency, ',
			act: (world) => world.fault("rest" as FaultName, "a"),
		},
		{
			what: "a crash of a device",
			says: 'crash does not happen to "a", but to broker',
			act: (world) => world.fault("crash", "a", 1000),
		},
		{
			what: "Wi-Fi of the server",
			says: 'wifi does not happen to "server", but to a',
			act: (world) => world.fault("wifi", "server", 1000),
		},
		{
			what: "a crash of no duration",
			says: "crash for 0 ms; it lasts: more than 0",
			act: (world) => world.fault("crash", "broker"),
		},
		{
			what: "a crash without end",
			says: "crash for Infinity ms",
			act: (world) => world.fault("crash", "broker", Number.POSITIVE_INFINITY),
		},
		{
			what: "a reset that lasts",
			says: "reset for 1000 ms; it happens at once: 0",
			act: (world) => world.fault("reset", "a", 1000),
		},
		{
			what: "a wrap of the tick counter, which nothing would come of",
			says: "tickWrap comes with time",
			act: (world) => world.fault("tickWrap", "a"),
		},
		{ what: "a run of no number", says: "a time of NaN ms", act: (world) => world.run(Number.NaN) },
		{ what: "a run back", says: "a time of -1 ms", act: (world) => world.run(-1) },
		{
			what: "a wait of no number",
			says: "a time of NaN ms",
			act: (world) => world.device("a").led.becomes(true, Number.NaN),
		},
		{
			what: "a stay without end",
			says: "a time of Infinity ms",
			act: (world) => world.device("a").led.stays(Number.POSITIVE_INFINITY),
		},
	])("refuses $what", async ({ says, act }) => {
		const world = createWorld({ devices: ["a"] });
		await expect(async () => act(world)).rejects.toThrow(says);
		await expect(async () => act(world)).rejects.toThrow(RangeError);
	});

	it.each([
		{ devices: ["a", "b", "a"], says: 'devices: "a" twice' },
		{ devices: ["a", "server"], says: 'devices: "server" is somebody else in each world' },
		{ devices: { nobody: {} }, says: 'devices: "nobody" is somebody else in each world' },
		{ devices: 3, says: "devices: 3, wants ids" },
		{ devices: undefined, says: "devices: undefined, wants ids" },
		{ devices: null, says: "devices: null, wants ids" },
	])("refuses devices $devices", ({ devices, says }) => {
		expect(() => createWorld({ devices: devices as never })).toThrow(new RegExp(`^${says}`));
	});

	it.each([-1, 1.5, Number.NaN, 2 ** 32])("refuses ticks of %s", (ticks) => {
		expect(() => createWorld({ ticks, devices: ["a"] })).toThrow(`ticks of ${ticks}; an integer from 0`);
	});

	it("is the same world when the tick counters wrap", async () => {
		const hashOf = async (ticks: number) => {
			const world = createWorld({ devices: ["a"], ticks });
			await world.run(55_000);
			world.fault("crash", "broker", 10_000);
			await world.run(250_000);
			world.end();
			return world.hash;
		};
		expect(await hashOf(2 ** 32 - 60_000)).toBe(await hashOf(0));
	});

	it.each([-1, 1.5, Number.NaN, 2 ** 53])("refuses a seed of %s", (seed) => {
		expect(() => createWorld({ seed, devices: ["a"] })).toThrow(`a seed of ${seed}; an integer from 0`);
	});
});
