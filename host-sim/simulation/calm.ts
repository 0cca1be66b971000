import { ORDERER } from "./orders/orderer.js";
import type { WorldEvent } from "./trace.js";

/** A fault of any kind of world. */
type AnyFault = Omit<Extract<WorldEvent, { source: "fault" }>, "fault"> & { readonly fault: string };

/** Since when nothing has been wrong around each device, and nothing has changed. */
export class Calm {
	readonly #since = new Map<string, number>();
	/** How many faults are under way, by target. */
	readonly #active = new Map<string, number>();

	/** @param devices the devices' ids */
	constructor(devices: readonly string[]) {
		for (const device of devices) this.#since.set(device, 0);
	}

	/** The time since when it has been calm around a device; `undefined` while it is not. */
	since(device: string): number | undefined {
		for (const target of [device, "server", "broker"]) {
			if ((this.#active.get(target) ?? 0) > 0) return undefined;
		}
		return this.#since.get(device);
	}

	/** Faults under way. */
	get active(): number {
		let sum = 0;
		for (const count of this.#active.values()) sum += count;
		return sum;
	}

	/** Takes note of what happened. */
	see(time: number, event: WorldEvent | AnyFault): void {
		if (event.source === "light" || event.source === "power") this.#since.set(event.device, time);
		// Who orders is in nobody's way.
		if (event.source !== "fault" || event.target === ORDERER) return;
		const { target, phase } = event;
		const active = this.#active.get(target) ?? 0;
		if (phase === "begin") this.#active.set(target, active + 1);
		if (phase === "end") this.#active.set(target, active - 1);
		if (this.#since.has(target)) this.#since.set(target, time);
		else for (const device of this.#since.keys()) this.#since.set(device, time);
	}
}
