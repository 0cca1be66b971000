import { describe, expect, it } from "vitest";
import { Calm } from "../../../host-sim/simulation/calm.js";
import { Bounded, LedAgrees, NeverStuck } from "../../../host-sim/simulation/invariants/calm-devices.js";
import { Delivery } from "../../../host-sim/simulation/invariants/delivery.js";
import {
	type DeviceView,
	Violation,
	type WorldView,
} from "../../../host-sim/simulation/invariants/invariant.js";
import type { WorldEvent } from "../../../host-sim/simulation/trace.js";
import { configOf } from "../../../host-sim/simulation/variety.js";
import { viewOf } from "./view.js";

const KEPT = { mqtt: { cleanSession: false }, telemetry: { time: "unix" } } as const;
const configWith = (qos: 0 | 1 | 2) => configOf("d1", { ...KEPT, telemetry: { ...KEPT.telemetry, qos } });

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
	const QOS_2 = configOf("d1", { commands: { qos: 2 } });

	it.each<{ name: string; device?: Partial<DeviceView>; world?: Partial<WorldView>; says?: string }>([
		{ name: "are kept", device: { stored: 6, connections: 1, timers: 2 } },
		{ name: "of the storage", device: { stored: 7 }, says: "d1 stores 7 values, more than 6" },
		{ name: "of the storage, with received ids", device: { stored: 70, config: QOS_2 } },
		{ name: "of these", device: { stored: 71, config: QOS_2 }, says: "d1 stores 71 values, more than 70" },
		{ name: "of connections", device: { connections: 2 }, says: "d1 has 2 connections open" },
		{ name: "of timers", device: { timers: 3 }, says: "d1 has 3 timers running" },
		{ name: "of what is to happen", world: { pending: 401 }, says: "401 things are to happen" },
	])("$name", ({ device = {}, world, says }) => {
		const check = () => new Bounded().check(viewOf(device, world));
		if (says === undefined) check();
		else expect(check).toThrow(says);
	});

	it("are wider once the storage has failed", () => {
		const bounded = new Bounded();
		bounded.onEvent(1, { source: "device", device: "d1", event: "storage", reason: "full" });
		expect(() => bounded.check(viewOf({ stored: 70 }))).not.toThrow();
		expect(() => bounded.check(viewOf({ stored: 71 }))).toThrow("d1 stores 71 values");
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

const TEN = Array.from({ length: 10 }, (): Step => ["connected", 2]);

type Step =
	| ["promise" | "take", time: number]
	| ["power" | "answers fail" | "answers work", at: number]
	| ["storage fails" | "storage works" | "amnesia" | "connected" | "given up" | "mistook", at: number];

describe("delivery", () => {
	const payload = (time: number) => JSON.stringify({ light: 1, time });

	/** Plays steps; what they come to, the end included. */
	function play(qos: 0 | 1 | 2, steps: readonly Step[]): string {
		const delivery = new Delivery([configWith(qos)]);
		try {
			for (const [step, time] of steps) {
				const device = "d1";
				if (step === "take") {
					delivery.onTaken(time, { topic: "d1/telemetry", payload: payload(time), qos, retain: false });
					continue;
				}
				const events: Record<typeof step, WorldEvent> = {
					promise: { source: "device", device, event: "telemetry", payload: { light: 1, time } },
					power: { source: "power", device, isOn: false },
					"storage fails": { source: "device", device, event: "storage", reason: "full" },
					"storage works": { source: "fault", fault: "storage", target: device, phase: "end" },
					amnesia: { source: "fault", fault: "amnesia", target: "broker", phase: "begin" },
					"answers fail": { source: "fault", fault: "lostAnswer", target: "broker", phase: "begin" },
					"answers work": { source: "fault", fault: "lostAnswer", target: "broker", phase: "end" },
					mistook: {
						...{ source: "broker", event: "exception", device, name: "id in use", excuses: "promise" },
						payload: payload(time),
					},
					connected: {
						...{ source: "broker", event: "connected", client: "d1nightlight_client" },
						...{ clean: false, sessionPresent: true },
					},
					"given up": {
						...{ source: "device", device, event: "refused", topic: "", reason: "given up: x" },
						payload: payload(time),
					},
				};
				delivery.onEvent(time, events[step]);
			}
			delivery.end(viewOf({}, { time: 1_000_000 }));
			return "well";
		} catch (error) {
			if (error instanceof Violation) return error.message;
			throw error;
		}
	}

	it.each<{ name: string; qos: 0 | 1 | 2; steps: Step[]; says: string }>([
		{
			name: "all in order",
			qos: 1,
			steps: [
				["promise", 1],
				["promise", 2],
				["take", 1],
				["take", 2],
			],
			says: "well",
		},
		{ name: "a message is lost", qos: 1, steps: [["promise", 1]], says: "promised at 1 ms, never came" },
		{ name: "QoS 0 may be lost", qos: 0, steps: [["promise", 1]], says: "well" },
		{
			name: "QoS 0 may not come twice",
			qos: 0,
			steps: [
				["promise", 1],
				["take", 1],
				["take", 1],
			],
			says: "came twice or too late",
		},
		{
			name: "QoS 0 may not come late",
			qos: 0,
			steps: [
				["promise", 1],
				["promise", 2],
				["take", 2],
				["take", 1],
			],
			says: '"time":1} came twice or too late',
		},
		{
			name: "not after a broker that forgot before",
			qos: 2,
			steps: [
				["amnesia", 1],
				["promise", 2],
				["take", 2],
				["take", 2],
			],
			says: "came twice with QoS 2",
		},
		{
			name: "nor after a storage that failed before",
			qos: 2,
			steps: [
				["storage fails", 1],
				["storage works", 2],
				["promise", 3],
				["take", 3],
				["take", 3],
			],
			says: "came twice with QoS 2",
		},
		{
			name: "out of order",
			qos: 1,
			steps: [
				["promise", 1],
				["promise", 2],
				["take", 2],
			],
			says: "which is older",
		},
		{
			name: "a broker that leaves answers out changes the order",
			qos: 2,
			steps: [
				["answers fail", 0],
				["promise", 1],
				["promise", 2],
				["take", 2],
				["take", 1],
			],
			says: "well",
		},
		{
			name: "also while it does so for two reasons",
			qos: 2,
			steps: [
				["answers fail", 0],
				["answers fail", 0],
				["answers work", 0],
				["promise", 1],
				["promise", 2],
				["take", 2],
				["take", 1],
			],
			says: "well",
		},
		{
			name: "and not when it answers all again",
			qos: 2,
			steps: [
				["answers fail", 0],
				["answers work", 0],
				["promise", 1],
				["promise", 2],
				["take", 2],
			],
			says: "which is older",
		},
		{
			name: "QoS 1 may come twice",
			qos: 1,
			steps: [
				["promise", 1],
				["take", 1],
				["take", 1],
			],
			says: "well",
		},
		{
			name: "QoS 2 may not",
			qos: 2,
			steps: [
				["promise", 1],
				["take", 1],
				["take", 1],
			],
			says: "came twice with QoS 2",
		},
		{
			name: "but with a broker that forgot",
			qos: 2,
			steps: [
				["promise", 1],
				["amnesia", 2],
				["take", 1],
				["take", 1],
			],
			says: "well",
		},
		{ name: "what nobody promised", qos: 1, steps: [["take", 1]], says: "never promised" },
		{
			name: "a power cut in the turn of the promise",
			qos: 1,
			steps: [
				["promise", 1],
				["power", 1],
			],
			says: "well",
		},
		{
			name: "a power cut later",
			qos: 1,
			steps: [
				["promise", 1],
				["power", 2],
			],
			says: "never came",
		},
		{
			name: "a storage that failed, and a power cut",
			qos: 1,
			steps: [
				["promise", 1],
				["storage fails", 2],
				["power", 3],
			],
			says: "well",
		},
		{
			name: "a storage that failed, and no power cut",
			qos: 1,
			steps: [
				["storage fails", 1],
				["promise", 2],
			],
			says: "never came",
		},
		{
			name: "a storage that works again",
			qos: 1,
			steps: [
				["storage fails", 1],
				["storage works", 2],
				["promise", 3],
				["power", 4],
			],
			says: "never came",
		},
		{
			name: "a message that the broker took for another, after a storage that failed, and a power cut",
			qos: 2,
			steps: [
				["storage fails", 1],
				["storage works", 2],
				["power", 3],
				["promise", 4],
				["mistook", 4],
			],
			says: "well",
		},
		{
			name: "another message then",
			qos: 2,
			steps: [
				["storage fails", 1],
				["storage works", 2],
				["power", 3],
				["promise", 4],
				["promise", 5],
				["mistook", 4],
			],
			says: '"time":5}, promised at 5 ms, never came',
		},
		{
			name: "a message that the broker took for another, with a storage that works",
			qos: 2,
			steps: [
				["power", 3],
				["promise", 4],
				["mistook", 4],
			],
			says: "never came",
		},
		{
			name: "a message that the broker took for another, without a power cut",
			qos: 2,
			steps: [
				["storage fails", 1],
				["promise", 4],
				["mistook", 4],
			],
			says: "never came",
		},
		{
			name: "a message given up after ten connections, and told so",
			qos: 1,
			steps: [["promise", 1], ...TEN, ["given up", 1]],
			says: "well",
		},
		{
			name: "a message given up after fewer",
			qos: 1,
			steps: [["connected", 0], ["promise", 1], ...TEN.slice(1), ["given up", 1]],
			says: "was given up after 9 connections",
		},
	])("$name, QoS $qos: $says", ({ qos, steps, says }) => {
		expect(play(qos, steps)).toContain(says);
	});
});
