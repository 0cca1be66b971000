import { describe, expect, it } from "vitest";
import { Delivery } from "../../../host-sim/simulation/invariants/delivery.js";
import { Violation } from "../../../host-sim/simulation/invariants/invariant.js";
import type { WorldEvent } from "../../../host-sim/simulation/trace.js";
import { configOf } from "../../../host-sim/simulation/variety.js";
import { viewOf } from "./view.js";

const KEPT = { mqtt: { cleanSession: false }, telemetry: { time: "unix" } } as const;
const configWith = (qos: 0 | 1 | 2) => configOf("d1", { ...KEPT, telemetry: { ...KEPT.telemetry, qos } });

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
