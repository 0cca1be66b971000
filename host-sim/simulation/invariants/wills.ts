import type { Config } from "../../../firmware/config.js";
import type { WorldEvent } from "../trace.js";
import { CLIENT, type Invariant, type TakenMessage, Violation } from "./invariant.js";

/** A device that goes without a word is told to be gone by its will, and late comers hear of it too. */
export class Wills implements Invariant {
	readonly name = "whoever goes without a word is told to be gone";
	readonly #clients: ReadonlySet<string>;
	readonly #kept: ReadonlySet<string>;

	/** @param configs of the devices */
	constructor(configs: readonly Config[]) {
		this.#clients = new Set(configs.map(({ id }) => id + CLIENT));
		this.#kept = new Set(configs.flatMap(({ id }) => [`${id}/status`, `${id}/state`]));
	}

	onEvent(_time: number, event: WorldEvent): void {
		if (event.source !== "broker" || event.event !== "disconnected") return;
		if (event.reason !== "lost" && event.reason !== "keep-alive") return;
		if (!event.will && this.#clients.has(event.client)) {
			throw new Violation(this.name, `${event.client} is gone (${event.reason}), and left no will`);
		}
	}

	onTaken(_time: number, message: TakenMessage): void {
		const { topic, retain } = message;
		if (!retain && this.#kept.has(topic)) {
			throw new Violation(
				this.name,
				`${topic} is ${message.payload} for those only who are there: it is not retained`,
			);
		}
	}
}
