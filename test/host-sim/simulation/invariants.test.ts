import { describe, expect, it } from "vitest";
import { Calm } from "../../../host-sim/simulation/calm.js";
import { Bounded, LedAgrees, NeverStuck } from "../../../host-sim/simulation/invariants/calm-devices.js";
import type { DeviceView, WorldView } from "../../../host-sim/simulation/invariants/invariant.js";
import type { WorldEvent } from "../../../host-sim/simulation/trace.js";
import { configOf } from "../../../host-sim/simulation/variety.js";
import { viewOf } from "./view.js";

describe("after a time of calm", () => {
	it.each<{
		name: string;
		device: Partial<DeviceView>;
		world?: Partial<WorldView>;
		stuck?: string;
		led?: string;
	}>([
		{ name: "all is well", device: {} },
		{ name: "a link that is down is stuck", device: { link: "backoff" }, stuck: "d1 is backoff after 180 s" },
		{
			name: "a server that is gone is stuck",
			device: {},
			world: { isServerOnline: false },
			stuck: "the server",
		},
		{
			name: "a LED that is off in the dark is wrong",
			device: { led: false },
			led: "LED is off at a light of 100",
		},
		{ name: "a LED that is lit by day is wrong", device: { light: 300 }, led: "LED is on at a light of 300" },
		{ name: "nothing is expected before", device: { link: "backoff", led: false, calmSince: 1 } },
		{
			name: "nothing is expected while a fault lasts",
			device: { link: "backoff", led: false, calmSince: undefined },
		},
		{ name: "nothing is expected without power", device: { link: "offline", led: false, hasPower: false } },
	])("$name", ({ device, world, stuck, led }) => {
		const check = (invariant: NeverStuck | LedAgrees) => () => invariant.check(viewOf(device, world));
		if (stuck === undefined) check(new NeverStuck())();
		else expect(check(new NeverStuck())).toThrow(stuck);
		if (led === undefined) check(new LedAgrees())();
		else expect(check(new LedAgrees())).toThrow(led);
	});
});

describe("bounds", () => {
	const HECTIC = { config: configOf("d1", { commands: { qos: 2 } }), calmSince: undefined };

	it.each<{ name: string; device?: Partial<DeviceView>; world?: Partial<WorldView>; says?: string }>([
		{ name: "are kept", device: { stored: 8, connections: 1, timers: 2 } },
		{ name: "of the storage", device: { stored: 9 }, says: "d1 stores 9 values, more than 8" },
		{ name: "of the storage, with received ids", device: { ...HECTIC, stored: 72 } },
		{ name: "of these", device: { ...HECTIC, stored: 73 }, says: "d1 stores 73 values, more than 72" },
		{
			name: "of the storage, when all is released",
			device: { ...HECTIC, calmSince: 0, stored: 9 },
			says: "d1 stores 9 values, more than 8",
		},
		{ name: "of connections", device: { connections: 2 }, says: "d1 has 2 connections open" },
		{ name: "of timers", device: { timers: 3 }, says: "d1 has 3 timers running" },
		{ name: "of what is to happen", world: { pending: 401 }, says: "401 things are to happen" },
		{ name: "of these, faults aside", world: { pending: 430, faultsUnderWay: 10 } },
	])("$name", ({ device = {}, world, says }) => {
		const check = () => new Bounded().check(viewOf(device, world));
		if (says === undefined) check();
		else expect(check).toThrow(says);
	});

	it("are wider once the storage has failed", () => {
		const bounded = new Bounded();
		bounded.onEvent(1, {
			source: "device",
			device: "d1",
			event: "storage",
			code: "storage-unwritable",
			reason: "full",
		});
		expect(() => bounded.check(viewOf({ stored: 72 }))).not.toThrow();
		expect(() => bounded.check(viewOf({ stored: 73 }))).toThrow("d1 stores 73 values");
	});
});

describe("calm", () => {
	const fault = (target: string, phase: "once" | "begin" | "end"): WorldEvent => ({
		...{ source: "fault", fault: "reset", target, phase },
	});
	it.each<{ name: string; events: [number, WorldEvent][]; a: number | undefined; b: number | undefined }>([
		{ name: "begins with the world", events: [], a: 0, b: 0 },
		{ name: "ends with a device's fault", events: [[5, fault("a", "once")]], a: 5, b: 0 },
		{ name: "is not while a fault lasts", events: [[5, fault("a", "begin")]], a: undefined, b: 0 },
		{
			name: "begins again with the end of the last of two",
			events: [
				[5, fault("a", "begin")],
				[6, fault("a", "begin")],
				[7, fault("a", "end")],
				[9, fault("a", "end")],
			],
			a: 9,
			b: 0,
		},
		{ name: "ends for all with a fault of the broker's", events: [[5, fault("broker", "once")]], a: 5, b: 5 },
		{
			name: "is not while the server's fault lasts",
			events: [[5, fault("server", "begin")]],
			a: undefined,
			b: undefined,
		},
		{ name: "ends with the light", events: [[5, { source: "light", device: "b", light: 1 }]], a: 0, b: 5 },
		{ name: "ends with the power", events: [[5, { source: "power", device: "b", isOn: true }]], a: 0, b: 5 },
	])("$name", ({ events, a, b }) => {
		const calm = new Calm(["a", "b"]);
		for (const [time, event] of events) calm.see(time, event);
		expect([calm.since("a"), calm.since("b")]).toEqual([a, b]);
	});
});
