import type { Config } from "../../../firmware/config.js";
import type { ReadMessage } from "../network/message-reader.js";
import { topicsOf } from "../topics.js";
import type { WorldEvent } from "../trace.js";
import { type InputEvent, Inputs, isInput } from "./inputs.js";
import { type Invariant, Violation } from "./invariant.js";

/** One device's commands since it was switched on. */
class Commands {
	readonly #inputs = new Inputs();
	/** Something was never told: what is told later cannot be put down to what was read. */
	#isMixed = false;
	#hasEnded = false;
	/** What the last retained command wanted. */
	#retained: boolean | undefined;

	read(messages: readonly ReadMessage[]): void {
		this.#isMixed ||= !this.#hasEnded && this.#inputs.size > 0;
		this.#hasEnded = false;
		this.#inputs.clear();
		this.#inputs.add(messages);
	}

	/** The connection has ended: what is not told may never be. */
	end(): void {
		this.#hasEnded = true;
	}

	/** What became of the next message is told; returns what is wrong with that. Orders have invariants of their own. */
	told(event: InputEvent): string | undefined {
		const { message, order } = this.#inputs.tell(event) ?? {};
		if (message === undefined || order !== undefined || this.#isMixed) return undefined;
		const obeyed = event.event === "command" ? event.payload.led_on : undefined;
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
	readonly #commands = new Map<string, Commands>();

	readonly #acks = new Set<string | undefined>();

	/** @param configs of the devices */
	constructor(configs: readonly Config[]) {
		for (const config of configs) {
			this.#acks.add(topicsOf(config).acks);
			if (config.commands.qos < 2) this.#commands.set(config.id, new Commands());
		}
	}

	onRead(device: string, messages: readonly ReadMessage[]): void {
		this.#commands.get(device)?.read(messages);
	}

	onEvent(_time: number, event: WorldEvent): void {
		if (event.source === "power") {
			if (this.#commands.has(event.device)) this.#commands.set(event.device, new Commands());
			return;
		}
		if (event.source !== "device") return;
		if (event.event === "link" && event.state === "backoff") this.#commands.get(event.device)?.end();
		if (!isInput(event, this.#acks)) return;
		const wrong = this.#commands.get(event.device)?.told(event);
		if (wrong !== undefined) throw new Violation(this.name, `${event.device} ${wrong}`);
	}
}
