import type { DeviceEvent } from "../../firmware/events.js";
import type { Lane, LinkView } from "./protocol.js";

/** What became of a link; `delay`: milliseconds to the next try. */
export interface LinkChange {
	readonly state: string;
	readonly code?: string;
	readonly reason?: string;
	readonly delay?: number;
}

type NetworkChange = Extract<DeviceEvent, { event: "network" }>;

/** A link as it is from now on. @param since milliseconds since 1970 */
export const linkView = ({ state, code, reason, delay }: LinkChange, since: number): LinkView => ({
	...{ state, since },
	...(code !== undefined && { code }),
	...(reason !== undefined && { reason }),
	...(delay !== undefined && { nextTry: since + delay }),
});

/** What notes are made of. */
interface Noted {
	note(lane: Lane, text: string, tone: "plain" | "bad"): void;
}

/** Notes what a person wants to know of a link: that it is there, or why not. */
export function noteLink(device: Noted, lane: Lane, { state, reason, delay }: LinkChange): void {
	if (state === "online" || state === "offline") return device.note(lane, state, "plain");
	if (reason === undefined) return;
	const next = delay === undefined ? "" : `; next try in ${(delay / 1000).toFixed(1)} s`;
	device.note(lane, `${reason}${next}`, "bad");
}

/** Notes a change of the network below the link. */
export function noteNetwork(device: Noted, { state, ssid, address, reason }: NetworkChange): void {
	if (state === "joining") return device.note("device", `joins Wi-Fi "${ssid}"`, "plain");
	if (state === "up") return device.note("device", `in Wi-Fi "${ssid}", address ${address}`, "plain");
	device.note("device", reason ?? "no network", "bad");
}
