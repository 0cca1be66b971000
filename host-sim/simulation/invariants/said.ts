import { topicsOf } from "../topics.js";
import type { WorldEvent } from "../trace.js";
import { LastOrders, RECOVERY, recovered } from "./calm-devices.js";
import { type Invariant, type TakenMessage, Violation, type WorldView } from "./invariant.js";

/** What a device says of itself, and the broker keeps for those who come later, is so. */
export class Said implements Invariant {
	readonly name = "what the broker keeps of a device is true";
	/** The last retained message by topic. */
	readonly #kept = new Map<string, string>();
	readonly #ordered = new LastOrders();

	onEvent(time: number, event: WorldEvent): void {
		this.#ordered.see(time, event);
		if (event.source === "fault" && event.fault === "amnesia" && event.phase === "begin") this.#kept.clear();
	}

	onTaken(_time: number, { topic, payload, retain }: TakenMessage): void {
		if (retain) this.#kept.set(topic, payload);
	}

	check(world: WorldView): void {
		for (const { id, config, led } of recovered(world)) {
			const { status, state } = topicsOf(config);
			this.#compare(status, "online");
			if (this.#ordered.isRecent(id, world.time, config)) continue;
			this.#compare(state, `{"led_on":${led}}`, `{"led_on":${led},"decided_by":"server"}`);
		}
	}

	#compare(topic: string | undefined, ...truths: readonly string[]): void {
		if (topic === undefined) return;
		const kept = this.#kept.get(topic) ?? "nothing";
		if (truths.includes(kept)) return;
		const wanted = truths.join(" or ");
		throw new Violation(this.name, `${topic} is ${kept}, not ${wanted}, after ${RECOVERY / 1000} s of calm`);
	}
}
