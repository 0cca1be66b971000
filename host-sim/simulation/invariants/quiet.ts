import type { FaultName } from "../faults/rates.js";
import type { WorldEvent } from "../trace.js";

/** Faults that keep nothing from being sent at once. */
const HARMLESS: readonly FaultName[] = Object.freeze([
	"nonsense",
	"stranger",
	"clockStep",
	"tickWrap",
	"split",
	"order",
]);

/** Since when nothing has kept somebody from sending. */
export class Quiet {
	readonly #active = new Map<string, number>();
	readonly #last = new Map<string, number>();

	/** Takes note of what happened. Returns whom it disturbs: a device, `server` or `broker`; `undefined`: nobody. */
	see(time: number, event: WorldEvent): string | undefined {
		if (event.source !== "fault" || HARMLESS.includes(event.fault)) return undefined;
		const { target, phase } = event;
		const step = phase === "begin" ? 1 : phase === "end" ? -1 : 0;
		this.#active.set(target, (this.#active.get(target) ?? 0) + step);
		this.#last.set(target, time);
		return target;
	}

	/** Whether somebody has been left alone for as long, in milliseconds. */
	isQuiet(target: string, time: number, duration = 0): boolean {
		if ((this.#active.get(target) ?? 0) > 0) return false;
		return time - (this.#last.get(target) ?? Number.NEGATIVE_INFINITY) >= duration;
	}
}
