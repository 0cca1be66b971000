import { hasOutbox } from "../../invariants/outboxes.js";
import type { HubWorldEvent } from "../events.js";
import { type HubDeviceView, type HubInvariant, type HubWorldView, Violation } from "./invariant.js";

/** Timers of a device: what is due next, the readings, the twin's answer; with an outbox, its alarm. */
const mostTimers = ({ outbox }: HubDeviceView["config"]): number => (hasOutbox(outbox) ? 4 : 3);

/** Things that are to happen: of each device, and its connections at the hub that have ended. */
const MOST_PENDING = 500;

/** What is kept has bounds. */
export class Bounded implements HubInvariant {
	readonly name = "memory and queues are bounded";
	/** Devices whose storage failed: it may keep what should have been removed. */
	readonly #failed = new Set<string>();

	onEvent(_time: number, event: HubWorldEvent): void {
		if (event.source === "device" && event.event === "storage") this.#failed.add(event.device);
	}

	check({ devices, pending }: HubWorldView): void {
		for (const { id, stored, connections, timers, config } of devices) {
			// What is in flight, one of it twice when the power went, whose session it is, and what was configured.
			const most = config.mqtt.inFlight + 4 + (this.#failed.has(id) ? config.mqtt.inFlight : 0);
			if (stored > most) this.#fail(`${id} stores ${stored} values, more than ${most}`);
			if (connections > 1) this.#fail(`${id} has ${connections} connections open`);
			if (timers > mostTimers(config)) this.#fail(`${id} has ${timers} timers running`);
		}
		const most = MOST_PENDING * (devices.length + 1);
		if (pending > most) this.#fail(`${pending} things are to happen, more than ${most}`);
	}

	#fail(message: string): never {
		throw new Violation(this.name, message);
	}
}
