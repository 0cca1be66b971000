import type { Config } from "../../../../firmware/config.js";
import type { Measured } from "../../invariants/invariant.js";
import { Kept } from "../../invariants/kept.js";
import { topicsOf } from "../../topics.js";
import type { HubWorldEvent } from "../events.js";
import { type HubInvariant, type HubWorldView, Violation } from "./invariant.js";

/** Milliseconds that a reading is under way at most when nothing is wrong. */
const ON_ITS_WAY = 10_000;

/**
 * With `keep`, each reading comes to the hub, in order, or still waits, or the device tells that it dropped it. A power cut
 * takes those of the last 10 s and no more than 16.
 */
export class KeptAtHub implements HubInvariant {
	readonly name = "no reading that is kept is lost";
	readonly #kept: Kept;
	/** By device, the topic by which `Kept` knows its readings. */
	readonly #topics: ReadonlyMap<string, string>;

	/** @param configs of the devices */
	constructor(configs: readonly Config[]) {
		this.#kept = new Kept(configs);
		this.#topics = new Map(configs.map((config) => [config.id, topicsOf(config).telemetry ?? ""]));
	}

	onMeasured(device: string, reading: Measured): void {
		this.#kept.onMeasured(device, reading);
	}

	onEvent(time: number, event: HubWorldEvent): void {
		if (event.source === "device" || event.source === "power") this.#kept.onEvent(time, event);
		if (event.source === "fault" && event.fault === "storage")
			this.#kept.onEvent(time, { ...event, fault: "storage" });
		if (event.source === "fault" && event.fault === "clock") {
			this.#kept.onEvent(time, { ...event, fault: "clockStep", phase: "once" });
		}
		if (event.source !== "hub" || event.told.event !== "telemetry" || event.told.isWill) return;
		const topic = this.#topics.get(event.device) ?? "";
		const { payload, qos } = event.told;
		this.#kept.onTaken(time, { topic, payload, qos, retain: false });
	}

	check({ time }: HubWorldView): void {
		for (const [device, shelf] of this.#kept.shelves) {
			const missing = shelf.overtaken(time - 2000);
			if (missing !== undefined) this.#fail(device, missing);
		}
	}

	end({ time, devices }: HubWorldView): void {
		for (const { id, canConnect } of devices) {
			// What waits for a connection that cannot come is not missing.
			const missing = canConnect ? this.#kept.shelves.get(id)?.missing(time - ON_ITS_WAY) : undefined;
			if (missing !== undefined) this.#fail(id, missing);
		}
	}

	#fail(device: string, message: string): never {
		throw new Violation(this.name, `${device}: ${message}`);
	}
}
