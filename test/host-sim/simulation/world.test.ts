import { describe, expect, it } from "vitest";
import { HOUR, type PlannedFault } from "../../../host-sim/simulation/faults/plan.js";
import {
	DEFAULT_RATES,
	FAULT_NAMES,
	type FaultRates,
	MAX_RATE,
	NO_FAULTS,
} from "../../../host-sim/simulation/faults/rates.js";
import { RECOVERY } from "../../../host-sim/simulation/invariants/calm-devices.js";
import { runWorld, specOf } from "../../../host-sim/simulation/seed.js";
import { configOf, type Settings } from "../../../host-sim/simulation/variety.js";
import { World } from "../../../host-sim/simulation/world.js";

const MINUTE = 60_000;

/** A world of one device, `d1`, and the lines of its trace. */
function worldOf(faults: readonly PlannedFault[] = [], settings: Settings = {}) {
	const lines: string[] = [];
	const devices = [{ config: configOf("d1", settings), ticks: 0 }];
	const world = new World({ seed: 1, devices, faults, onLine: (line) => lines.push(line) });
	return { world, lines, device: world.deviceOf("d1") };
}

describe("a world in which nothing goes wrong", () => {
	it("is a nightlight: the LED follows the light, within two readings", () => {
		const { world, device } = worldOf();
		for (const [light, led] of [
			[120, true],
			[900, false],
			[299, true],
			[300, false],
		] as const) {
			world.setReading("d1", "light", light);
			world.runTo(world.clock.elapsed + 4100);
			expect(device.led).toBe(led);
		}
		world.end();
	});

	it("has the sensors of a device's configuration, each with its range", () => {
		const sensors = [
			{ name: "air", pin: "A1", minimum: -40, maximum: 85 },
			{ name: "light", pin: "light" },
			{ name: "pressure", pin: "pressure", minimum: 30_000, maximum: 110_000 },
		];
		const { world, lines } = worldOf([], { telemetry: { sensors } });
		world.runTo(1000);
		world.setReading("d1", "air", -7);
		world.setReading("d1", "pressure", 101_325);
		world.runTo(4000);
		world.end();
		const events = lines.map((line) => JSON.parse(line));
		expect(events.filter(({ event }) => event === "telemetry").map(({ payload }) => payload)).toEqual([
			{ air: 23, light: 512, pressure: 70_000 },
			{ air: -7, light: 512, pressure: 101_325 },
		]);
		expect(events.filter(({ source }) => source === "sensor")).toEqual([
			{ time: 1000, source: "sensor", device: "d1", sensor: "air", value: -7 },
			{ time: 1000, source: "sensor", device: "d1", sensor: "pressure", value: 101_325 },
		]);
		expect(() => world.setReading("d1", "air", 86)).toThrow("air of d1: 86; wants an integer from -40 to 85");
		expect(() => world.setReading("d1", "soil", 1)).toThrow('d1 has no sensor "soil"');
	});

	it("follows the light at once where the device looks often, and reports seldom", () => {
		const telemetry = { interval: 600_000, sample: 50, threshold: 300 };
		const { world, lines, device } = worldOf([], { telemetry });
		world.runTo(2000);
		for (const [light, led] of [
			[299, true],
			[300, false],
			[0, true],
		] as const) {
			world.setReading("d1", "light", light);
			world.runTo(world.clock.elapsed + 500);
			expect(device.led).toBe(led);
		}
		expect(lines.filter((line) => line.includes('"event":"telemetry"'))).toHaveLength(4);
	});

	it.each([
		{ name: "a sample that reports seldom", telemetry: { sample: 300, interval: 5000 } },
		{
			name: "a threshold",
			telemetry: { sample: 100, interval: 30_000, threshold: 300, minimumInterval: 700 },
		},
		{
			name: "deadbands",
			telemetry: {
				sample: 500,
				maximumInterval: 90_000,
				sensors: [
					{ name: "light", pin: "light", deadband: 50 },
					{ name: "humidity", pin: "humidity", maximum: 100, deadband: 3 },
				],
			},
		},
		{ name: "short intervals", telemetry: { interval: 500 } },
	])("passes with faults and $name", ({ telemetry }) => {
		for (const seed of [1, 2]) {
			const options = { seed, hours: 0.25, devices: 2, faults: DEFAULT_RATES, settings: { telemetry } };
			expect(runWorld(specOf(options)).failure).toBeUndefined();
		}
	});

	it("tells what happens as JSON Lines in virtual time", () => {
		const { world, lines } = worldOf();
		world.runTo(3000);
		const events = lines.map((line) => JSON.parse(line) as { time: number; source: string; event?: string });
		expect(events[0]).toEqual({ time: 0, source: "server", event: "link", state: "connecting" });
		expect(events.map(({ time }) => time)).toEqual(events.map(({ time }) => time).sort((a, b) => a - b));
		expect(new Set(events.map(({ source }) => source))).toEqual(
			new Set(["server", "power", "device", "broker"]),
		);
		expect(world.trace.lines).toBe(lines.length);
	});

	it.each(["d2", "", "D1"])("has no device %j", (id) => {
		expect(() => worldOf().world.setReading(id, "light", 1)).toThrow(`no device "${id}" in this world`);
	});

	it.each([-1, 1024, 0.5, Number.NaN])("has no light of %d", (light) => {
		expect(() => worldOf().world.setReading("d1", "light", light)).toThrow(
			`light of d1: ${light}; wants an integer from 0 to 1023`,
		);
	});
});

it("is refused no rate that is allowed: all faults, once a second", () => {
	const faults = Object.fromEntries(FAULT_NAMES.map((name) => [name, MAX_RATE])) as FaultRates;
	expect(runWorld(specOf({ seed: 1, hours: 0.1, devices: 1, faults })).failure).toBeUndefined();
});

describe("each fault", () => {
	const lasting = (fault: PlannedFault["fault"], duration: number): PlannedFault => ({
		...{ fault, at: MINUTE, duration, seed: 4 },
		target: ["lostAnswer", "crash", "amnesia", "hangUp", "closeOnPublish"].includes(fault) ? "broker" : "d1",
	});

	it.each(FAULT_NAMES)("%s happens, and all is well afterwards", (fault) => {
		const isAtOnce = ["reset", "halfOpen", "clockStep", "tickWrap", "nonsense", "stranger"].includes(fault);
		const planned = lasting(fault, isAtOnce ? 0 : 20_000);
		const { world } = worldOf([planned], {
			mqtt: { cleanSession: false },
			telemetry: { qos: 1, time: "unix" },
		});
		world.setReading("d1", "light", 100);
		world.runTo(MINUTE + 20_000 + RECOVERY + 20_000);
		world.end();
		expect([...world.faults]).toEqual([[fault, 1]]);
		expect(world.deviceOf("d1").led).toBe(true);
	});

	it.each([
		{ fault: "reset" as const, says: '"reason":"connection reset"' },
		{ fault: "refusal" as const, says: '"reason":"connection refused"', also: "reset" as const },
		{ fault: "hang" as const, says: "opening the connection took longer", also: "reset" as const },
		{ fault: "lookup" as const, says: "no address for broker.world", also: "reset" as const },
		{ fault: "halfOpen" as const, says: "no PINGRESP in time" },
		{ fault: "crash" as const, says: '"reason":"crash"' },
		{ fault: "hangUp" as const, says: '"reason":"connection closed; perhaps', also: "reset" as const },
		{ fault: "closeOnPublish" as const, says: '"reason":"connection closed"' },
		{ fault: "power" as const, says: '"source":"power","device":"d1","isOn":false' },
		{ fault: "nonsense" as const, says: '"event":"refused"' },
	])("$fault shows", ({ fault, says, also }) => {
		const faults = [0, 1, 2].map((seed) => ({ ...lasting(fault, 30_000), seed }));
		const isAtOnce = ["reset", "halfOpen", "nonsense"].includes(fault);
		const planned = faults.map((one) => ({ ...one, duration: isAtOnce ? 0 : one.duration }));
		if (also !== undefined) planned.push({ ...lasting(also, 0), at: MINUTE + 1, seed: 0 });
		const { world, lines } = worldOf(planned);
		world.runTo(4 * MINUTE);
		expect(lines.join("")).toContain(says);
	});
});

it("nonsense for the server is refused by it, and counted", () => {
	const planned = [0, 1, 2, 3].map((seed) => ({
		...{ fault: "nonsense" as const, target: "server", at: MINUTE, duration: 0, seed },
	}));
	const { world, lines } = worldOf(planned);
	world.runTo(MINUTE + 1000);
	world.end();
	const refused = lines.filter((line) => line.includes('"source":"server","event":"refused"'));
	expect(refused).not.toEqual([]);
	expect(world.server.counts.refused).toBe(refused.length);
});

describe("a seed", () => {
	const options = { seed: 7, hours: 1, devices: 3, faults: DEFAULT_RATES };
	const first = runWorld(specOf(options));

	it("gives the same trace each time, byte for byte", () => {
		expect(first.failure).toBeUndefined();
		expect(first.lines).toBeGreaterThan(5000);
		expect(runWorld(specOf(options))).toEqual(first);
	});

	it.each([
		{ name: "another seed", change: { seed: 8 } },
		{ name: "other devices", change: { devices: 2 } },
		{ name: "no faults", change: { faults: NO_FAULTS } },
	])("gives another trace with $name", ({ change }) => {
		expect(runWorld(specOf({ ...options, ...change })).hash).not.toBe(first.hash);
	});

	it("has every fault happen now and then", () => {
		const seen = new Set<string>();
		for (let seed = 1; seed <= 8; seed++) {
			for (const { fault } of specOf({ ...options, seed }).faults) seen.add(fault);
		}
		expect([...seen].sort()).toEqual([...FAULT_NAMES].sort());
	});

	it("has tick counters that wrap", () => {
		const specs = Array.from({ length: 20 }, (_, seed) => specOf({ ...options, seed }));
		const wrapping = specs.flatMap(({ devices }) => devices).filter(({ ticks }) => ticks + HOUR >= 2 ** 32);
		expect(wrapping.length).toBeGreaterThan(10);
	});
});
