/**
 * The firmware's composition root in npm's XS worker. Bundled into one script; `handleCommand` is the worker's.
 */
import { tellGuest } from "../native/guest.js";
import { EVENT_HEADER } from "../native/seam.js";
import { native, textOf } from "./native.js";

/** The worker calls it for each event. */
function handleCommand(event: ArrayBuffer): void {
	const view = new DataView(event);
	const text = event.byteLength > EVENT_HEADER ? textOf(event, EVENT_HEADER) : "";
	const now = view.getUint32(1, true);
	tellGuest(native, view.getUint8(0), now, view.getUint16(5, true), view.getUint32(7, true), text);
}

Object.assign(globalThis, { handleCommand });
