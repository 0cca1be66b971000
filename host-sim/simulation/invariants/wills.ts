import type { Config } from "../../../firmware/config.js";
import { topicsOf } from "../topics.js";
import type { WorldEvent } from "../trace.js";
import { CLIENT, type Invariant, type TakenMessage, Violation, type WorldView } from "./invariant.js";

/** What a will says, on the topic for the status. */
const GONE = "offline";

/** A device that goes without a word is told to be gone by its will, and late comers hear of it too. */
export class Wills implements Invariant {
	readonly name = "whoever goes without a word is told to be gone";
	/** By client, the topic that says whether it is there. */
	readonly #topics: ReadonlyMap<string, string>;
	readonly #kept: ReadonlySet<string>;
	/** By topic, when a will was published, and when somebody was said to be gone. */
	readonly #due = new Map<string, number>();
	readonly #said = new Map<string, number>();

	/** @param configs of the devices */
	constructor(configs: readonly Config[]) {
		const topics = new Map<string, string>();
		const kept = new Set<string>();
		for (const config of configs) {
			const { status, state } = topicsOf(config);
			if (status !== undefined) topics.set(config.id + CLIENT, status);
			for (const topic of [status, state]) if (topic !== undefined) kept.add(topic);
		}
		this.#topics = topics;
		this.#kept = kept;
	}

	onEvent(time: number, event: WorldEvent): void {
		if (event.source !== "broker" || event.event !== "disconnected") return;
		const { client, reason, will } = event;
		const topic = this.#topics.get(client);
		if (topic === undefined) return;
		if (will) this.#due.set(topic, time);
		else if (reason === "lost" || reason === "keep-alive") {
			throw new Violation(this.name, `${client} is gone (${reason}), and left no will`);
		}
	}

	onTaken(time: number, message: TakenMessage): void {
		const { topic, payload, retain } = message;
		if (!this.#kept.has(topic)) return;
		if (payload === GONE) this.#said.set(topic, time);
		if (!retain) {
			throw new Violation(
				this.name,
				`${topic} is ${payload} for those only who are there: it is not retained`,
			);
		}
	}

	/** A broker may publish the will before or after it tells of the end, but in the same millisecond. */
	check({ time }: WorldView): void {
		for (const [topic, at] of this.#due) {
			if (at === time) continue;
			this.#due.delete(topic);
			if ((this.#said.get(topic) ?? -1) >= at) continue;
			throw new Violation(this.name, `${topic} was not said to be ${GONE} when its will came, at ${at} ms`);
		}
	}
}
