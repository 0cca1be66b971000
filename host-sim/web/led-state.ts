import type { Decider } from "./protocol.js";

/** What a device says of its LED. */
export interface LedState {
	readonly led: boolean;
	/** Who switched it last, if the device says so. */
	readonly decidedBy?: Decider;
}

const DECIDERS: readonly Decider[] = Object.freeze(["server", "device", "hand"]);

/** Who has switched an LED, if the value says so. */
export const deciderOf = (value: unknown): Decider | undefined =>
	DECIDERS.find((decider) => decider === value);

/** Reads a state, or of a command what it wants of the LED; `undefined` if it says nothing of that. Never throws. */
export function stateOf(text: string): LedState | undefined {
	try {
		const { led_on: led, decided_by: by } = JSON.parse(text);
		if (typeof led !== "boolean") return undefined;
		const decidedBy = deciderOf(by);
		return { led, ...(decidedBy !== undefined && { decidedBy }) };
	} catch {
		return undefined;
	}
}
