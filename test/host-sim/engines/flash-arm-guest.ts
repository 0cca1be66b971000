/** `playFlash` in place of the firmware in an ARM image: what it sees is reported. */
import type { GuestNative } from "../../../firmware/boards/native/guest.js";
import { createNativeHost } from "../../../firmware/boards/native/provider.js";
import { Control } from "../../../firmware/boards/native/seam.js";
import { playFlash } from "./flash-script.js";

declare const native: GuestNative;

export default (kind: number) => {
	if (kind === Control.STOP) native.stopped();
	if (kind !== Control.START) return;
	const { host } = createNativeHost(native, {}, "arm");
	playFlash(host.device.flash, (said) => native.report(JSON.stringify(said)));
};
