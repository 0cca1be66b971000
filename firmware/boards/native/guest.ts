import { startNightlight } from "../../app.js";
import { parseConfig } from "../../config.js";
import type { Problem } from "../../schema.js";
import type { Native } from "./native.js";
import { createNativeHost, type NativeListener } from "./provider.js";
import { Control, NativeEvent } from "./seam.js";
import { withNetwork } from "./with-network.js";

/** The native functions, and two more for whoever runs the firmware from outside. */
export interface GuestNative extends Native {
	/** The firmware has gone off line, as it was told to. */
	stopped(): void;
	/** Does nothing: what a call itself costs. */
	nothing(): void;
}

interface Running {
	readonly onEvent: NativeListener;
	readonly stop: (done: () => void) => void;
}

// A machine has one firmware, and classes at module level live in a chip's flash.
let running: Running | undefined;

function start(native: GuestNative, now: number, settings: string): Running {
	const { config, pin, engine, radio, storage } = JSON.parse(settings);
	const parsed = parseConfig(config);
	if (parsed.kind === "invalid") {
		const { key, got, wants } = parsed.problems[0] as Problem;
		throw new Error(`${key}: got ${got}, wants ${wants}`);
	}
	const { host, onEvent } = createNativeHost(native, pin, engine, { storage });
	// Nothing is due yet: this only tells the time.
	onEvent(NativeEvent.ALARM, now, 0, 0, "");
	return { onEvent, stop: startNightlight(withNetwork(host, parsed.config, radio), parsed.config) };
}

/**
 * Takes an event from outside: what the hardware tells (`NativeEvent`), or that the firmware is to
 * start, to go off line, or to call back (`Control`). The arguments are those of a `NativeListener`.
 * @throws what the firmware throws when it starts
 */
export function tellGuest(
	native: GuestNative,
	kind: number,
	now: number,
	handle: number,
	count: number,
	text: string,
): void {
	if (kind === Control.START) {
		running = start(native, now, text);
	} else if (kind === Control.NOTHING) {
		native.nothing();
	} else if (kind === Control.STOP) {
		running?.onEvent(NativeEvent.ALARM, now, 0, 0, "");
		running?.stop(() => native.stopped());
	} else {
		running?.onEvent(kind, now, handle, count, text);
	}
}
