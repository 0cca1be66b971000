import type { DeviceEvent } from "../../firmware/events.js";
import { cut } from "../../server/telemetry.js";
import type { Rung } from "./protocol.js";

/** A device refuses a message, or gives one of its own up. */
export type Refused = Extract<DeviceEvent, { event: "refused" }>;

type PacketRung = Extract<Rung, { kind: "packet" }>;

/** Whether it is a message of the device's own that it gives up. */
export const hasGivenUp = ({ code }: Refused): boolean => code === "given-up" || code === "session-ended";

/** Which packet of the ladder it is that a device refuses; `undefined` for one that is not there yet. */
export function refusedPacket({
	topic,
	code,
	payload,
}: Refused): ((packet: PacketRung) => boolean) | undefined {
	// It is told by its head, before it is in the ladder.
	if (code === "too-large") return undefined;
	return (packet) =>
		packet.to === "device" &&
		packet.type === "PUBLISH" &&
		packet.topic === cut(topic) &&
		(code === "not-utf-8" || isSameExcerpt(payload, packet.payload ?? ""));
}

/** Whether two excerpts are of the same text: both have at least its first 199 characters. */
const isSameExcerpt = (one: string, other: string): boolean => one.slice(0, 199) === other.slice(0, 199);
