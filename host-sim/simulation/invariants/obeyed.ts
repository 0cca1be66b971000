import type { Config } from "../../../firmware/config.js";
import type { ReadMessage } from "../network/message-reader.js";
import { topicsOf } from "../topics.js";
import type { WorldEvent } from "../trace.js";
import { type Invariant, isGivenUp, Violation } from "./invariant.js";

/** One device's commands since it was switched on. */
class Orders {
	/** What was read and is not told yet. */
	#read: readonly ReadMessage[] = [];
	/** Something was never told: what is told later cannot be put down to what was read. */
	#isMixed = false;
	#hasEnded = false;
	/** What the last retained command wanted. */
	#retained: boolean | undefined;

	read(messages: readonly ReadMessage[]): void {
		this.#isMixed ||= !this.#hasEnded && this.#read.length > 0;
		this.#hasEnded = false;
		this.#read = messages;
	}

	/** The connection has ended: what is not told may never be. */
	end(): void {
		this.#hasEnded = true;
	}

	/** What became of the next message is told; returns what is wrong with that. @param obeyed `undefined`: it was refused */
	told(obeyed: unknown): string | undefined {
		const [message, ...others] = this.#read;
		if (message === undefined || this.#isMixed) return undefined;
		this.#read = others;
		const wanted = wantedBy(message.payload);
		const isAgain = message.retain && wanted !== undefined && wanted === this.#retained;
		if (message.retain && wanted !== undefined) this.#retained = wanted;
		if (obeyed === (isAgain ? undefined : wanted)) return undefined;
		if (obeyed === undefined) return `refused ${message.payload}`;
		return `obeyed ${message.payload}${isAgain ? " again, which was retained" : `, as ${obeyed}`}`;
	}
}

/** The server's own commands, of which there are most. */
const USUAL: ReadonlyMap<string | undefined, boolean> = new Map([
	['{"led_on":true}', true],
	['{"led_on":false}', false],
]);

/** What a message wants of the LED; `undefined` when it is no command. */
function wantedBy(payload: string | undefined): boolean | undefined {
	const usual = USUAL.get(payload);
	if (usual !== undefined) return usual;
	if (payload === undefined || !payload.includes("led_on")) return undefined;
	try {
		const wanted = (JSON.parse(payload) as { led_on?: unknown } | null)?.led_on;
		return typeof wanted === "boolean" ? wanted : undefined;
	} catch {
		return undefined;
	}
}

/**
 * A device does what each command says, and what a retained one says once. Devices that take messages with
 * QoS 2 are not looked at: what comes twice is rightly told once.
 */
export class Obeyed implements Invariant {
	readonly name = "what a command says is done, and what a retained one says is done once";
	readonly #orders = new Map<string, Orders>();

	readonly #acks = new Set<string | undefined>();

	/** @param configs of the devices */
	constructor(configs: readonly Config[]) {
		for (const config of configs) {
			this.#acks.add(topicsOf(config).acks);
			if (config.commands.qos < 2) this.#orders.set(config.id, new Orders());
		}
	}

	onRead(device: string, messages: readonly ReadMessage[]): void {
		this.#orders.get(device)?.read(messages);
	}

	onEvent(_time: number, event: WorldEvent): void {
		if (event.source === "power") {
			if (this.#orders.has(event.device)) this.#orders.set(event.device, new Orders());
			return;
		}
		if (event.source !== "device") return;
		if (event.event === "link" && event.state === "backoff") this.#orders.get(event.device)?.end();
		const isRefused = event.event === "refused" && !isGivenUp(event.code) && !this.#acks.has(event.topic);
		if (!isRefused && event.event !== "command") return;
		const obeyed = event.event === "command" ? event.payload.led_on : undefined;
		const wrong = this.#orders.get(event.device)?.told(obeyed);
		if (wrong !== undefined) throw new Violation(this.name, `${event.device} ${wrong}`);
	}
}
