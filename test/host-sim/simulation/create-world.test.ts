import { describe, expect, it } from "vitest";
import { createWorld } from "../../../host-sim/simulation/create-world.js";

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
});
