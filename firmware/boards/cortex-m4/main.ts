/**
 * The firmware's composition root on a Cortex-M4: native functions in C, and a listener for what the
 * hardware tells. It lives in flash with the modules it imports.
 */
import { type GuestNative, tellGuest } from "../native/guest.js";
import type { NativeListener } from "../native/provider.js";

/** `natives.c` defines it. */
declare const native: GuestNative;

const listen: NativeListener = (kind, now, handle, count, text) =>
	tellGuest(native, kind, now, handle, count, text);

export default listen;
