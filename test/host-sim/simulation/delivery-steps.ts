import { Delivery } from "../../../host-sim/simulation/invariants/delivery.js";
import { Violation } from "../../../host-sim/simulation/invariants/invariant.js";
import type { WorldEvent } from "../../../host-sim/simulation/trace.js";
import { configOf } from "../../../host-sim/simulation/variety.js";
import { viewOf } from "./view.js";

const KEPT = { mqtt: { cleanSession: false }, telemetry: { time: "unix" } } as const;
const configWith = (qos: 0 | 1 | 2) => configOf("d1", { ...KEPT, telemetry: { ...KEPT.telemetry, qos } });

/** What happens to telemetry, and when; of a message that is also what tells it from others. */
export type Step =
	| ["promise" | "take", time: number]
	| ["power" | "power on" | "answers fail" | "answers work", at: number]
	| ["storage fails" | "storage works" | "amnesia" | "connected" | "given up" | "mistook", at: number];

/** What steps come to: `says` is "well", or part of what does not hold. */
export interface Case {
	readonly name: string;
	readonly qos: 0 | 1 | 2;
	readonly steps: readonly Step[];
	readonly says: string;
}

const payload = (time: number) => JSON.stringify({ light: 1, time });

/** Plays steps of a device `d1`; what they come to, the end included. */
export function play(qos: 0 | 1 | 2, steps: readonly Step[]): string {
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
				"power on": { source: "power", device, isOn: true },
				"storage fails": {
					source: "device",
					device,
					event: "storage",
					code: "storage-unwritable",
					reason: "full",
				},
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
					...{ source: "device", device, event: "refused", topic: "", code: "given-up", reason: "x" },
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
