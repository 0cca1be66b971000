/**
 * The firmware's composition root on a Cortex-M4: native functions in C, and a listener for what the
 * hardware tells. It lives in flash with the modules it imports.
 */
import { startNightlight } from "../../app.js";
import { type Config, parseConfig } from "../../config.js";
import type { Native } from "../native/native.js";
import { pinsOf } from "../native/pins.js";
import { createNativeHost, type NativeListener } from "../native/provider.js";
import { Control, NativeEvent } from "../native/seam.js";

/** `natives.c` defines it. */
declare const native: Native & {
	/** The firmware has gone off line, as it was told to. */
	stopped(): void;
	/** Does nothing: what a call itself costs. */
	nothing(): void;
};

function start(config: Config, now: number): { onEvent: NativeListener; stop: () => void } {
	const { host, onEvent } = createNativeHost(native, pinsOf(config));
	// Nothing is due yet: this only tells the time.
	onEvent(NativeEvent.ALARM, now, 0, 0, "");
	const stop = startNightlight(host, config);
	return { onEvent, stop: () => stop(() => native.stopped()) };
}

let running: ReturnType<typeof start> | undefined;

const listen: NativeListener = (kind, now, handle, count, text) => {
	if (kind === Control.START) {
		const parsed = parseConfig(JSON.parse(text));
		if (parsed.kind === "invalid") throw new Error("the configuration is not valid");
		running = start(parsed.config, now);
	} else if (kind === Control.STOP) {
		running?.onEvent(NativeEvent.ALARM, now, 0, 0, "");
		running?.stop();
	} else if (kind === Control.NOTHING) {
		native.nothing();
	} else {
		running?.onEvent(kind, now, handle, count, text);
	}
};

export default listen;
