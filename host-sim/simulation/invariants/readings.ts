import type { Config } from "../../../firmware/config.js";
import { topicsOf } from "../topics.js";
import type { WorldEvent } from "../trace.js";
import { recovered } from "./calm-devices.js";
import { type Invariant, type TakenMessage, Violation, type WorldView } from "./invariant.js";
import { longestPause, Outboxes } from "./outboxes.js";

/** Milliseconds that a reading and its answer may take when nothing is wrong. */
const ON_THE_WAY = 1000;

/** A sensor of a device; no id and no name has a space. */
const keyOf = (device: string, sensor: string): string => `${device} ${sensor}`;

/** A device tells what its sensor reads; after a time of calm as often as it is to, and each time it is answered. */
export class Readings implements Invariant {
	readonly name = "readings are what the sensor shows, come in time and are answered";
	/** What the sensors show, by device and sensor. */
	readonly #shown = new Map<string, number>();
	/** By topic, when the broker took a reading last; by device, when it was given a command last. */
	readonly #read = new Map<string, number>();
	readonly #answered = new Map<string, number>();
	readonly #outboxes: Outboxes;
	/** Where readings are reported. */
	readonly #topics: ReadonlySet<string | undefined>;

	/** @param configs of the devices */
	constructor(configs: readonly Config[]) {
		this.#outboxes = new Outboxes(configs);
		this.#topics = new Set(configs.map((config) => topicsOf(config).telemetry));
	}

	onEvent(time: number, event: WorldEvent): void {
		this.#outboxes.see(event);
		if (event.source === "light") this.#shown.set(keyOf(event.device, "light"), event.light);
		if (event.source === "sensor") this.#shown.set(keyOf(event.device, event.sensor), event.value);
		if (event.source !== "device") return;
		const { device } = event;
		if (event.event === "command") this.#answered.set(device, time);
		// What waits in an outbox is no more what the sensor shows.
		if (event.event !== "telemetry" || this.#outboxes.isWaiting(device)) return;
		for (const [sensor, value] of Object.entries(event.payload)) {
			const shown = this.#shown.get(keyOf(device, sensor));
			if (shown === undefined || value === shown) continue;
			this.#fail(`${device} reads ${value} at a ${sensor} of ${shown}`);
		}
	}

	onTaken(time: number, { topic }: TakenMessage): void {
		if (this.#topics.has(topic)) this.#read.set(topic, time);
	}

	check(world: WorldView): void {
		for (const { id, config } of recovered(world)) {
			const since = world.time - longestPause(config.telemetry) - ON_THE_WAY;
			this.#look("reading of", id, this.#read.get(topicsOf(config).telemetry ?? ""), since);
			this.#look("command to", id, this.#answered.get(id), since);
		}
	}

	#look(what: string, device: string, last: number | undefined, since: number): void {
		if (last === undefined || last < since) this.#fail(`no ${what} ${device} since ${last ?? 0} ms`);
	}

	#fail(message: string): never {
		throw new Violation(this.name, message);
	}
}
