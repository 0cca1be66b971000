import type { PacketWay } from "../../server/connection.js";
import type { Wire } from "../io/tapped.js";
import { type Frame, Framer } from "./framer.js";

/** Takes a whole packet of one connection: `isLost` if it never gets to its receiver. */
export type OnFrame = (way: PacketWay, frame: Frame, isLost: boolean) => void;

/**
 * Hears one connection of a device, packet by packet.
 * @param isSwallowed whether what the device writes now is lost
 */
export function framedWire(onFrame: OnFrame, isSwallowed: () => boolean): Wire {
	const sent = new Framer((frame) => onFrame("sent", frame, isSwallowed()));
	let isLost = false;
	const came = new Framer((frame) => onFrame("received", frame, isLost));
	const take = (bytes: Uint8Array, wasLost: boolean): void => {
		isLost = wasLost;
		came.push(bytes);
	};
	return {
		wrote: (bytes) => sent.push(bytes),
		read: (bytes) => take(bytes, false),
		lost: (bytes) => take(bytes, true),
	};
}
