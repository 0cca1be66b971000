/**
 * In place of `cortex-m4/main.ts`: the composition root on a board that gives commands itself, as by its button.
 */
import { type GuestNative, tellGuest } from "../native/guest.js";
import type { NativeListener } from "../native/provider.js";
import { BOARD_COMMAND, NativeEvent } from "../native/seam.js";
import { obey } from "./create-profile.js";

/** `natives.c` defines it. */
declare const native: GuestNative;

const listen: NativeListener = (kind, now, handle, count, text) => {
	if (kind !== BOARD_COMMAND) return tellGuest(native, kind, now, handle, count, text);
	// What is due runs, and the firmware knows the time.
	tellGuest(native, NativeEvent.ALARM, now, 0, 0, "");
	obey(text, false);
};

export default listen;
