import { RECOVERY } from "../../invariants/calm-devices.js";
import { longestPause } from "../../invariants/outboxes.js";
import type { HubWorldEvent } from "../events.js";
import { type HubDeviceView, type HubInvariant, type HubWorldView, Violation } from "./invariant.js";

/** Milliseconds that a message takes when nothing is wrong. */
const ON_ITS_WAY = 1000;

/** Devices that can connect, and around which nothing has gone wrong for as long as it takes to recover. */
export const recovered = ({ time, devices }: HubWorldView): readonly HubDeviceView[] =>
	devices.filter(
		({ hasPower, canConnect, calmSince }) =>
			hasPower && canConnect && calmSince !== undefined && time - calmSince > RECOVERY,
	);

/** When nothing goes wrong, devices come back and report. */
export class Calm implements HubInvariant {
	readonly name = "after a time of calm a device is online and reports";
	/** When a reading of each device last came. */
	readonly #came = new Map<string, number>();
	/** When each was last online; a renewal of its token takes a moment. */
	readonly #online = new Map<string, number>();

	onEvent(time: number, event: HubWorldEvent): void {
		if (event.source === "device" && event.event === "link" && event.state === "online")
			this.#online.set(event.device, time);
		if (event.source !== "hub" || event.told.event !== "telemetry" || event.told.isWill) return;
		this.#came.set(event.device, time);
	}

	check(world: HubWorldView): void {
		const { time } = world;
		for (const { id, link, config } of recovered(world)) {
			const isRenewing = time - (this.#online.get(id) ?? 0) < config.azure.tokenLifetime + ON_ITS_WAY;
			if (link === "backoff" || (link !== "online" && !isRenewing)) {
				this.#fail(`${id} is ${link} after ${RECOVERY / 1000} s of calm`);
			}
			// It may have been told to report less often, up to each 5 s; with `drop` one may fall into a renewal.
			const longest = Math.max(5000, longestPause(config.telemetry));
			const pause = longest * (config.outbox.policy === "drop" ? 2 : 1) + ON_ITS_WAY;
			const age = time - (this.#came.get(id) ?? 0);
			if (age > pause) this.#fail(`${id} has not reported for ${age} ms`);
		}
	}

	#fail(message: string): never {
		throw new Violation(this.name, message);
	}
}
