import type { Config } from "../../../firmware/config.js";
import type { ReadMessage } from "../network/message-reader.js";
import type { WorldEvent } from "../trace.js";
import { type Invariant, Violation, type WorldView } from "./invariant.js";

/**
 * Every message that a device reads is obeyed or refused, and told. Devices that take messages with QoS 2
 * are not looked at: what comes twice is rightly told once.
 */
export class Counted implements Invariant {
	readonly name = "every input is obeyed or refused";
	/** By device, messages read less those told. */
	readonly #open = new Map<string, number>();
	/** By device, how many of these need not be told. */
	readonly #excused = new Map<string, number>();

	/** @param configs of the devices */
	constructor(configs: readonly Config[]) {
		for (const { id, commands } of configs) if (commands.qos < 2) this.#open.set(id, 0);
	}

	onRead(device: string, messages: readonly ReadMessage[]): void {
		this.#add(device, messages.length);
	}

	onEvent(_time: number, event: WorldEvent): void {
		if (event.source === "broker" && event.event === "exception" && event.excuses === "input") {
			this.#excused.set(event.device, (this.#excused.get(event.device) ?? 0) + 1);
		}
		if (event.source === "power") {
			if (this.#open.has(event.device)) this.#open.set(event.device, 0);
			this.#excused.delete(event.device);
			return;
		}
		if (event.source !== "device") return;
		const isTold =
			event.event === "command" || (event.event === "refused" && !event.reason.startsWith("given up"));
		if (isTold) this.#add(event.device, -1);
	}

	check(_world: WorldView): void {
		for (const [device, open] of this.#open) {
			if (open < 0 || open > (this.#excused.get(device) ?? 0))
				throw new Violation(this.name, `${device} read messages and told of ${open} fewer`);
		}
	}

	#add(device: string, count: number): void {
		const open = this.#open.get(device);
		if (open !== undefined) this.#open.set(device, open + count);
	}
}
