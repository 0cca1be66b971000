import type { Invariant } from "../../../host-sim/simulation/invariants/invariant.js";
import type { WorldEvent } from "../../../host-sim/simulation/trace.js";
import { configOf, type Settings } from "../../../host-sim/simulation/variety.js";
import { viewOf } from "./view.js";

const device = "d1";
export type Outbox = NonNullable<Settings["outbox"]>;

/** A device with an outbox, whose readings say when they were measured. */
export const configWith = (outbox: Outbox, qos: 1 | 2 = 1) =>
	configOf(device, { telemetry: { qos, time: "unix" }, outbox });

/** What happens, in order; a reading's light and wall clock are the time at which it was measured. */
export type Step =
	| ["measured" | "taken" | "sent again", at: number, measured?: number]
	| ["stored" | "read" | "commanded", at: number, said: object]
	| ["told", at: number, outbox: object]
	| ["acknowledged", at: number, through: number]
	| ["power", at: number, outbox?: Outbox]
	| [
			(
				| "power off"
				| "online"
				| "server online"
				| "server crash"
				| "storage fails"
				| "storage works"
				| "split"
				| "split ends"
				| "amnesia"
				| "new session"
				| "session present"
				| "check"
				| "end"
			),
			at: number,
	  ];

/** What a reading says. */
export const said = (measured: number, more: object = {}) => ({ light: measured, time: measured, ...more });

function eventOf([step, , detail]: Step): WorldEvent | undefined {
	switch (step) {
		case "sent again":
			return { source: "device", device, event: "telemetry", payload: said(detail as number) };
		case "told": {
			const none = { pending: 0, bytes: 0, dropped: 0, setAside: 0, lost: 0 };
			return { source: "device", device, event: "outbox", ...none, ...(detail as object) };
		}
		case "power":
			return {
				source: "power",
				device,
				isOn: true,
				...(detail !== undefined && { outbox: configWith(detail as Outbox).outbox }),
			};
		case "power off":
			return { source: "power", device, isOn: false };
		case "online":
			return { source: "device", device, event: "link", state: "online" };
		case "server online":
			return { source: "server", event: "link", state: "online" };
		case "server crash":
			return { source: "fault", fault: "serverCrash", target: "server", phase: "begin" };
		case "amnesia":
			return { source: "fault", fault: "amnesia", target: "broker", phase: "begin" };
		case "new session":
		case "session present": {
			const sessionPresent = step === "session present";
			return {
				source: "broker",
				event: "connected",
				client: "d1nightlight_client",
				clean: false,
				sessionPresent,
			};
		}
		case "storage fails":
			return { source: "fault", fault: "storage", target: device, phase: "begin" };
		case "storage works":
			return { source: "fault", fault: "storage", target: device, phase: "end" };
		case "split":
			return { source: "fault", fault: "split", target: device, phase: "begin" };
		case "split ends":
			return { source: "fault", fault: "split", target: device, phase: "end" };
		default:
			return undefined;
	}
}

/** Plays steps; what they come to: "well", or what does not hold. */
export function play(invariants: readonly Invariant[], steps: readonly Step[]): string {
	const each = (call: (one: Invariant) => void) => invariants.forEach(call);
	try {
		for (const step of steps) {
			const [name, time, detail] = step;
			const event = eventOf(step);
			const message = { topic: "d1/telemetry", qos: 1, retain: false } as const;
			if (event !== undefined) each((one) => one.onEvent?.(time, event));
			if (name === "measured") each((one) => one.onMeasured?.(device, { time, date: time, light: time }));
			if (name === "taken") {
				const payload = JSON.stringify(said((detail as number) ?? time));
				each((one) => one.onTaken?.(time, { ...message, payload }));
			}
			if (name === "read")
				each((one) => one.onServerRead?.({ ...message, payload: Buffer.from(JSON.stringify(detail)) }));
			if (name === "commanded")
				each((one) =>
					one.onServerTold?.({ event: "sent", device, topic: "d1/commands", payload: { led_on: true } }, 0),
				);
			if (name === "stored") {
				const { stream, seq } = detail as { stream: string; seq: number };
				const row = { device, stream, seq, measured: 0, received: 0, isLate: false };
				each((one) => one.onStored?.([{ ...row, payload: JSON.stringify(detail) }], time));
			}
			if (name === "acknowledged")
				each((one) =>
					one.onServerTold?.({ event: "acknowledged", device, stream: "a", through: detail as number }, 0),
				);
			if (name === "check") each((one) => one.check?.(viewOf({}, { time })));
			if (name === "end") each((one) => one.end?.(viewOf({}, { time })));
		}
		return "well";
	} catch (error) {
		return (error as Error).message;
	}
}
