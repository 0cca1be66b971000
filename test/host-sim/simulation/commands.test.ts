import { describe, expect, it } from "vitest";
import type { RefusalCode } from "../../../firmware/events.js";
import { CommandsArrive, UNKNOWN } from "../../../host-sim/simulation/invariants/commands-arrive.js";
import { Obeyed } from "../../../host-sim/simulation/invariants/obeyed.js";
import type { WorldEvent } from "../../../host-sim/simulation/trace.js";
import { configOf } from "../../../host-sim/simulation/variety.js";
import { viewOf } from "./view.js";

const device = "d1";
const client = "d1nightlight_client";

const refused = (payload: string, code: RefusalCode = "unknown-command"): WorldEvent => ({
	...{ source: "device", device, event: "refused", topic: "d1/commands", code, reason: "x", payload },
});
const obeyed = (led_on: boolean): WorldEvent => ({
	...{ source: "device", device, event: "command", payload: { led_on } },
});
const power = (isOn: boolean): WorldEvent => ({ source: "power", device, isOn });

type Step =
	| ["sent" | "told", number: number, qos?: 0 | 1 | 2]
	| ["retained", number: number]
	| [
			| "new session"
			| "dropped"
			| "amnesia"
			| "power cut"
			| "power on"
			| "storage fails"
			| "storage works"
			| "at once it fails"
			| "given up",
	  ];

/** Two messages, so that the power does not go in the turn of the first one. */
const TOLD: readonly Step[] = [
	["sent", 1],
	["told", 1],
	["sent", 2],
	["told", 2],
];

describe("what is sent to a device", () => {
	const EVENTS: Readonly<Record<string, WorldEvent>> = {
		"new session": { source: "broker", event: "connected", client, clean: false, sessionPresent: false },
		dropped: { source: "broker", event: "dropped", client, topic: "d1/commands" },
		amnesia: { source: "fault", fault: "amnesia", target: "broker", phase: "begin" },
		"power cut": power(false),
		"power on": power(true),
		"at once it fails": {
			source: "device",
			device,
			event: "storage",
			code: "storage-unwritable",
			reason: "broken",
		},
		"storage fails": {
			source: "device",
			device,
			event: "storage",
			code: "storage-unwritable",
			reason: "full",
		},
		"storage works": { source: "fault", fault: "storage", target: device, phase: "end" },
		"given up": refused("x", "given-up"),
	};

	/** Plays steps, one each second, after the device's subscription is known; what they come to, the end included. */
	function play(steps: readonly Step[], qos: 0 | 1 | 2 = 2, cleanSession = false): string {
		const arrive = new CommandsArrive([configOf("d1", { commands: { qos }, mqtt: { cleanSession } })]);
		let time = 0;
		try {
			arrive.onEvent(time, EVENTS["new session"] as WorldEvent);
			arrive.onEvent(time, obeyed(true));
			for (const [step, number, sentWith = 2] of steps) {
				// What is told belongs to the turn before.
				if (step !== "power cut" && step !== "at once it fails") time += 1000;
				const payload = `${UNKNOWN}${number}}`;
				if (step === "told") arrive.onEvent(time, refused(payload));
				else if (step === "sent" || step === "retained") {
					const retain = step === "retained";
					arrive.onTaken(time, { topic: "d1/commands", payload, qos: sentWith, retain });
				} else arrive.onEvent(time, EVENTS[step] as WorldEvent);
			}
			arrive.end(viewOf({}, { time: time + 11_000 }));
			return "well";
		} catch (error) {
			return (error as Error).message;
		}
	}

	it.each<{ name: string; steps: Step[]; qos?: 0 | 1 | 2; clean?: boolean; says: string }>([
		{
			name: "arrives",
			steps: [
				["sent", 1],
				["sent", 2],
				["told", 1],
				["told", 2],
			],
			says: "well",
		},
		{ name: "is not lost", steps: [["sent", 1]], says: "sent with QoS 2 at 1000 ms, never came" },
		{ name: "may be lost with QoS 0", steps: [["sent", 1, 0]], says: "well" },
		{ name: "may be lost by a subscription with QoS 0", steps: [["sent", 1]], qos: 0, says: "well" },
		{ name: "may be lost by a clean session", steps: [["sent", 1]], clean: true, says: "well" },
		{
			name: "may be lost by a broker that forgot, whatever was still on its way to the device",
			steps: [["sent", 1], ["amnesia"], ["told", 1], ["sent", 2], ["new session"]],
			says: "well",
		},
		{
			name: "is not lost once the broker has the subscription again",
			steps: [["amnesia"], ["new session"], ["sent", 1], ["told", 1], ["sent", 2]],
			says: "never came",
		},
		{
			name: "is in order",
			steps: [
				["sent", 1],
				["sent", 2],
				["told", 2],
			],
			says: '{"unknown":2} came before',
		},
		{
			name: "may overtake what has another QoS",
			steps: [
				["sent", 1, 1],
				["sent", 2],
				["told", 2],
				["told", 1],
			],
			says: "well",
		},
		{
			name: "comes once",
			steps: [
				["sent", 1],
				["told", 1],
				["told", 1],
			],
			says: "came twice with QoS 2",
		},
		{
			name: "may come twice with QoS 1",
			steps: [
				["sent", 1, 1],
				["told", 1],
				["told", 1],
			],
			says: "well",
		},
		{
			name: "may come again when it is retained",
			steps: [
				["retained", 1],
				["told", 1],
				["told", 1],
			],
			says: "well",
		},
		{
			name: "may come again when the power went in that turn",
			steps: [["sent", 1], ["told", 1], ["power cut"], ["told", 1]],
			says: "well",
		},
		{
			name: "does not come again when it went later",
			steps: [["sent", 1], ["told", 1], ["sent", 2], ["power cut"], ["told", 1]],
			says: "came twice with QoS 2",
		},
		{
			name: "may come again after a storage that failed, and a power cut",
			steps: [["storage fails"], ...TOLD, ["power cut"], ["told", 1]],
			says: "well",
		},
		{
			name: "may come again when the storage failed in that turn",
			steps: [
				["sent", 1],
				["told", 1],
				["at once it fails"],
				["sent", 2],
				["told", 2],
				["power cut"],
				["told", 1],
			],
			says: "well",
		},
		{
			name: "does not come again when the storage worked again before",
			steps: [["storage fails"], ["storage works"], ...TOLD, ["power cut"], ["told", 1]],
			says: "came twice with QoS 2",
		},
		{
			name: "is not lost by a storage that failed, and a power cut",
			steps: [["sent", 1], ["storage fails"], ["power cut"]],
			says: "never came",
		},
		{
			name: "may be lost when the storage kept ids, the broker forgot them, and then the power went",
			steps: [
				["storage fails"],
				["storage works"],
				["amnesia"],
				["new session"],
				["told", 0],
				["power cut"],
				["sent", 1],
			],
			says: "well",
		},
		{
			name: "is not lost when the broker forgot before the storage failed",
			steps: [
				["amnesia"],
				["new session"],
				["told", 0],
				["storage fails"],
				["storage works"],
				["power cut"],
				["sent", 1],
			],
			says: "never came",
		},
		{
			name: "is not lost when the power went before the broker forgot",
			steps: [
				["storage fails"],
				["storage works"],
				["power cut"],
				["amnesia"],
				["new session"],
				["told", 0],
				["sent", 1],
			],
			says: "never came",
		},
		{
			name: "may come again when the storage cannot be read as the power comes",
			steps: [...TOLD, ["power cut"], ["power on"], ["at once it fails"], ["told", 1]],
			says: "well",
		},
		{
			name: "may come again when the power goes before it could be read",
			steps: [["power on"], ["at once it fails"], ["storage works"], ...TOLD, ["power cut"], ["told", 1]],
			says: "well",
		},
		{
			name: "does not come again when it fails later",
			steps: [
				["sent", 1],
				["told", 1],
				["sent", 2],
				["power cut"],
				["power on"],
				["storage fails"],
				["told", 1],
			],
			says: "came twice with QoS 2",
		},
		{
			name: "does not come again without the power cut",
			steps: [["sent", 1], ["storage fails"], ["told", 1], ["told", 1]],
			says: "came twice with QoS 2",
		},
		{
			name: "with QoS 1 is not lost by a storage that failed",
			steps: [["sent", 1, 1], ["storage fails"], ["power cut"]],
			says: "never came",
		},
		{ name: "may be lost when the queue is full", steps: [["sent", 1], ["dropped"]], says: "well" },
		{
			name: "is not lost but the last when the queue is full",
			steps: [["sent", 1], ["sent", 2], ["dropped"]],
			says: '{"unknown":1}, sent',
		},
		{ name: "may be lost by a broker that forgot", steps: [["sent", 1], ["amnesia"]], says: "well" },
		{
			name: "may be lost before there is a subscription",
			steps: [["new session"], ["sent", 1]],
			says: "well",
		},
		{
			name: "is not lost as soon as a message has come",
			steps: [["new session"], ["told", 9], ["sent", 1]],
			says: "never came",
		},
		{
			name: "may be lost when the device has only told of its own message",
			steps: [["new session"], ["given up"], ["sent", 1]],
			says: "well",
		},
		{
			name: "is not lost by a session that the device began anew",
			steps: [["sent", 1], ["new session"]],
			says: "never came",
		},
	])("$name: $says", ({ steps, qos, clean, says }) => {
		expect(play(steps, qos, clean)).toContain(says);
	});
});

describe("what a command says", () => {
	type Read = { payload: string | undefined; retain?: boolean };
	const ON = '{"led_on":true}';
	const OFF = '{"led_on":false}';

	function play(steps: readonly (Read[] | WorldEvent)[], qos: 0 | 1 | 2 = 1): string {
		const invariant = new Obeyed([configOf("d1", { commands: { qos } })]);
		try {
			for (const step of steps) {
				if ("source" in step) invariant.onEvent(1, step);
				else
					invariant.onRead(
						"d1",
						step.map((read) => ({ retain: false, ...read })),
					);
			}
			return "well";
		} catch (error) {
			return (error as Error).message;
		}
	}

	const kept = { payload: ON, retain: true };
	it.each<{ name: string; steps: (Read[] | WorldEvent)[]; qos?: 0 | 1 | 2; says: string }>([
		{
			name: "is done",
			steps: [[{ payload: ON }], obeyed(true), [{ payload: OFF }], obeyed(false)],
			says: "well",
		},
		{
			name: "is done again",
			steps: [[{ payload: ON }], obeyed(true), [{ payload: ON }], obeyed(true)],
			says: "well",
		},
		{
			name: "is not turned round",
			steps: [[{ payload: ON }], obeyed(false)],
			says: `obeyed ${ON}, as false`,
		},
		{ name: "is not refused", steps: [[{ payload: ON }], refused(ON)], says: `refused ${ON}` },
		{
			name: "is not what is no command",
			steps: [[{ payload: "{" }], obeyed(true)],
			says: "obeyed {, as true",
		},
		{ name: "is of the right type", steps: [[{ payload: '{"led_on":1}' }], obeyed(true)], says: "as true" },
		{ name: "is not guessed", steps: [[{ payload: undefined }], refused("")], says: "well" },
		{ name: "is of a whole object", steps: [[{ payload: '["led_on"' }], refused("")], says: "well" },
		{
			name: "is done in order",
			steps: [[{ payload: ON }, { payload: "{" }], obeyed(true), refused("{")],
			says: "well",
		},
		{ name: "is done, when it is retained", steps: [[kept], obeyed(true)], says: "well" },
		{ name: "is done once then", steps: [[kept], obeyed(true), [kept], refused(ON)], says: "well" },
		{
			name: "is not done again then",
			steps: [[kept], obeyed(true), [kept], obeyed(true)],
			says: `obeyed ${ON} again, which was retained`,
		},
		{
			name: "is done again after another one",
			steps: [[kept], obeyed(true), [{ ...kept, payload: OFF }], obeyed(false), [kept], obeyed(true)],
			says: "well",
		},
		{
			name: "is done again after a restart",
			steps: [[kept], obeyed(true), power(true), [kept], obeyed(true)],
			says: "well",
		},
		{ name: "is not asked with QoS 2", steps: [[{ payload: ON }], obeyed(false)], qos: 2, says: "well" },
		{
			name: "is not asked when what was read is not told: that is another invariant's",
			steps: [[{ payload: "{" }], [{ payload: ON }], obeyed(true)],
			says: "well",
		},
		{
			name: "is none of a message given up",
			steps: [[{ payload: ON }], refused("x", "given-up"), obeyed(true)],
			says: "well",
		},
	])("$name: $says", ({ steps, qos, says }) => {
		expect(play(steps, qos)).toContain(says);
	});
});
