import type { HubWorldEvent } from "../events.js";
import type { HubFault } from "../faults.js";

/** Faults that keep nothing from being sent, or answered, at once. */
const HARMLESS: readonly HubFault[] = Object.freeze([
	...(["split", "tickWrap", "clock", "kick", "throttleTwin", "forget", "service"] as const),
]);

/** Since when nothing has kept devices and hub from hearing each other. */
export class Trouble {
	readonly #active = new Map<string, number>();
	readonly #last = new Map<string, number>();

	/** Takes note of what happened. */
	see(time: number, event: HubWorldEvent): void {
		if (event.source === "power") this.#last.set(event.device, time);
		if (event.source !== "fault" || HARMLESS.includes(event.fault)) return;
		const { target, phase } = event;
		const step = phase === "begin" ? 1 : phase === "end" ? -1 : 0;
		this.#active.set(target, (this.#active.get(target) ?? 0) + step);
		this.#last.set(target, time);
	}

	/** Whether nothing has been in a device's way for as long, in milliseconds. */
	isQuiet(device: string, time: number, duration: number): boolean {
		return [device, "broker"].every(
			(target) =>
				(this.#active.get(target) ?? 0) === 0 &&
				time - (this.#last.get(target) ?? Number.NEGATIVE_INFINITY) >= duration,
		);
	}
}
