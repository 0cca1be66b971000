import type { DeviceEvent } from "../../firmware/events.js";
import { cut } from "../../server/telemetry.js";
import type { DeviceView } from "./protocol.js";

type Told<E extends DeviceEvent["event"]> = Extract<DeviceEvent, { event: E }>;

/** What the ladder says of an answer to a command: `answered "a1": 404, there is no command "blink"`. */
export function responseNote({ id, status, payload }: Told<"response">): string {
	const reason = payload !== undefined && "reason" in payload ? payload.reason : undefined;
	const what =
		typeof reason === "string" ? `, ${reason}` : payload === undefined ? "" : ` ${JSON.stringify(payload)}`;
	const text = `answered ${JSON.stringify(id)}: ${status}${what}`;
	const shown = cut(text);
	return shown === text ? text : `${shown}…`;
}

/** What the ladder says when the device begins or ends to decide about its LED itself. */
export function fallbackNote({ active, reason }: Told<"fallback">, peer: "server" | "hub"): string {
	if (!active) return "a command came: the device no longer decides itself";
	return `the device decides itself: ${reason === "silent" ? `it hears no ${peer}` : "it is offline"}`;
}

/** Why the device decides itself from now on; `undefined`: it does not. */
export const fallbackOf = ({ active, reason }: Told<"fallback">): DeviceView["fallback"] =>
	active ? (reason === "silent" ? "silent" : "offline") : undefined;

/** What the page shows of an outbox. */
export const outboxOf = ({ pending, dropped, setAside, lost }: Told<"outbox">): DeviceView["outbox"] => ({
	...{ pending, dropped, setAside, lost },
});
