import type { Decider } from "./protocol.js";

/** What a device says of its LED. */
export interface LedState {
	readonly led: boolean;
	/** Who switched it last, if the device says so. */
	readonly decidedBy?: Decider;
}

const DECIDERS: readonly unknown[] = Object.freeze(["server", "device", "hand"]);

/** Reads a state, or of a command what it wants of the LED; `undefined` if it says nothing of that. Never throws. */
export function stateOf(text: string): LedState | undefined {
	try {
		const { led_on: led, decided_by: by } = JSON.parse(text);
		if (typeof led !== "boolean") return undefined;
		return { led, ...(DECIDERS.includes(by) && { decidedBy: by }) };
	} catch {
		return undefined;
	}
}
