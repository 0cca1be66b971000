/** The firmware in an ARM image for a board that has flash memory alone. */
import { startNightlight } from "../../../firmware/app.js";
import type { GuestNative } from "../../../firmware/boards/native/guest.js";
import { createNativeHost, type NativeListener } from "../../../firmware/boards/native/provider.js";
import { Control } from "../../../firmware/boards/native/seam.js";
import { withSockets } from "../../../firmware/boards/native/sockets.js";
import { parseConfig } from "../../../firmware/config.js";
import { FlashKeyValue } from "../../../firmware/key-value/flash-key-value.js";

declare const native: GuestNative;

let running: { readonly onEvent: NativeListener; readonly stop: (done: () => void) => void } | undefined;

export default (kind: number, now: number, handle: number, count: number, text: string) => {
	if (kind === Control.STOP) return running?.stop(() => native.stopped());
	if (kind !== Control.START) return running?.onEvent(kind, now, handle, count, text);
	const { config, pin } = JSON.parse(text);
	const parsed = parseConfig(config);
	if (parsed.kind === "invalid") throw new Error("the configuration is not valid");
	const { host, onEvent } = createNativeHost(native, pin, "arm", {
		keyValueOn: (flash) => new FlashKeyValue(flash),
	});
	running = { onEvent, stop: startNightlight(withSockets(host), parsed.config) };
};
