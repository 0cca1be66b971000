/** `playFlash` on the native functions, in place of the firmware: what it sees is reported. */
import { createNativeHost } from "../../../firmware/boards/native/provider.js";
import { native } from "../../../firmware/boards/xs-worker/native.js";
import { playFlash } from "./flash-script.js";

const handleCommand = () => {
	const { host } = createNativeHost(native, {}, "arm");
	playFlash(host.device.flash, (said) => native.report(JSON.stringify(said)));
};

Object.assign(globalThis, { handleCommand });
