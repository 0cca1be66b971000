import type { Config } from "../../../firmware/config.js";
import type { WorldEvent } from "../trace.js";
import { RECOVERY, recovered } from "./calm-devices.js";
import { deviceOf, type Invariant, Violation, type WorldView } from "./invariant.js";

/** Milliseconds that a message is under way at most when nothing is wrong. */
const ON_THE_WAY = 1000;

/** Messages of a device itself that may be under way at any moment: one each interval. */
const underWay = ({ telemetry }: Config): number => Math.ceil(ON_THE_WAY / telemetry.interval);

/** After a time of calm every message has been acknowledged to its end, as the broker sees it. */
export class Settled implements Invariant {
	readonly name = "no message stays unacknowledged";
	/** Devices whose connection has seen the broker leave answers out: nothing has them sent again before the next one. */
	readonly #unanswered = new Set<string>();
	/** Devices whose storage failed: the broker may hold an id that they know nothing of. */
	readonly #failed = new Set<string>();
	readonly #devices: readonly string[];
	/** For so many reasons the broker leaves answers out. */
	#answersFail = 0;

	/** @param devices their ids */
	constructor(devices: readonly string[]) {
		this.#devices = devices;
	}

	onEvent(_time: number, event: WorldEvent): void {
		if (event.source === "device" && event.event === "storage") this.#failed.add(event.device);
		if (event.source === "fault" && event.fault === "lostAnswer") {
			this.#answersFail += event.phase === "begin" ? 1 : -1;
			for (const device of this.#devices) this.#unanswered.add(device);
		}
		if (event.source === "broker" && event.event === "connected" && this.#answersFail === 0) {
			this.#unanswered.delete(deviceOf(event.client) ?? "");
		}
	}

	check(world: WorldView): void {
		for (const { id, open, config } of recovered(world)) {
			if (open === undefined || this.#unanswered.has(id)) continue;
			const { toClient, fromClient } = open;
			const most = this.#failed.has(id) ? Number.POSITIVE_INFINITY : underWay(config);
			if (toClient === 0 && fromClient <= most) continue;
			throw new Violation(
				this.name,
				`after ${RECOVERY / 1000} s of calm ${toClient} messages to ${id} and ${fromClient} from it are open at the broker`,
			);
		}
	}
}
