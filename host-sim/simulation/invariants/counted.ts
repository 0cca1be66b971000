import type { Config } from "../../../firmware/config.js";
import type { ReadMessage } from "../network/message-reader.js";
import { topicsOf } from "../topics.js";
import type { WorldEvent } from "../trace.js";
import { Inputs, isInput } from "./inputs.js";
import { type Invariant, Violation, type WorldView } from "./invariant.js";

/**
 * Every message that a device reads is obeyed or refused or, an order, answered, and told, before it reads on; what is not told by the
 * end of the connection had come behind something that could not be answered any more. Devices that take
 * messages with QoS 2 are not looked at: what comes twice is rightly told once. Answers to readings are no input.
 */
export class Counted implements Invariant {
	readonly name = "every input is obeyed or refused";
	/** By device, messages read less those told; and which these are. */
	readonly #open = new Map<string, number>();
	readonly #inputs = new Map<string, Inputs>();
	/** By device, how many of these need not be told. */
	readonly #excused = new Map<string, number>();
	/** Devices whose connection has ended, and that have read nothing since. */
	readonly #ended = new Set<string>();

	readonly #acks = new Set<string | undefined>();

	/** @param configs of the devices */
	constructor(configs: readonly Config[]) {
		for (const config of configs) {
			this.#acks.add(topicsOf(config).acks);
			if (config.commands.qos === 2) continue;
			this.#open.set(config.id, 0);
			this.#inputs.set(config.id, new Inputs());
		}
	}

	onRead(device: string, messages: readonly ReadMessage[]): void {
		if (this.#ended.delete(device)) this.#begin(device);
		else this.#compare(device, this.#excused.get(device) ?? 0);
		this.#add(device, messages.length);
		this.#inputs.get(device)?.add(messages);
	}

	onEvent(_time: number, event: WorldEvent): void {
		if (event.source === "broker" && event.event === "exception" && event.excuses === "input") {
			this.#excused.set(event.device, (this.#excused.get(event.device) ?? 0) + 1);
		}
		if (event.source === "power") {
			this.#excused.delete(event.device);
			return this.#begin(event.device);
		}
		if (event.source !== "device") return;
		if (event.event === "link" && event.state === "backoff") this.#ended.add(event.device);
		if (isInput(event, this.#acks) && this.#inputs.get(event.device)?.tell(event)?.isLast)
			this.#add(event.device, -1);
	}

	check(_world: WorldView): void {
		// While an answer waits for room in the socket, what came behind it is not told yet.
		for (const device of this.#open.keys()) this.#compare(device, Number.POSITIVE_INFINITY);
	}

	#begin(device: string): void {
		if (!this.#open.has(device)) return;
		this.#open.set(device, 0);
		this.#inputs.get(device)?.clear();
	}

	/** @param most so many messages may be untold */
	#compare(device: string, most: number): void {
		const open = this.#open.get(device) ?? 0;
		if (open >= 0 && open <= most) return;
		throw new Violation(this.name, `${device} read messages and told of ${open} fewer`);
	}

	#add(device: string, count: number): void {
		const open = this.#open.get(device);
		if (open !== undefined) this.#open.set(device, open + count);
	}
}
