import type { Config } from "../../../firmware/config.js";
import type { WorldEvent } from "../trace.js";

type Outbox = Config["outbox"];

/** Whether readings wait in an outbox, rather than going straight to the connection. */
export const hasOutbox = ({ policy, delivery }: Outbox): boolean =>
	policy === "keep" || delivery === "server";

/** Whether each reading of the sensors is one to be reported, and says when it was measured. */
export const isEachReported = ({ telemetry, topics }: Config): boolean =>
	telemetry.time === "unix" &&
	telemetry.sample === undefined &&
	telemetry.minimumInterval === 0 &&
	telemetry.sensors.some(({ deadband }) => deadband === 0) &&
	topics.telemetry !== null;

/** Milliseconds from one report to the next, at most. */
export function longestPause(telemetry: Config["telemetry"]): number {
	const { interval, sample = interval, minimumInterval, maximumInterval, sensors } = telemetry;
	const changes = sensors.every(({ deadband }) => deadband > 0) ? maximumInterval : 0;
	return Math.ceil(Math.max(interval, minimumInterval, changes) / sample) * sample;
}

/** What the configuration of each device says of its outbox at present. */
export class Outboxes {
	readonly #outboxes: Map<string, Outbox>;

	/** @param configs of the devices, at first */
	constructor(configs: readonly Config[]) {
		this.#outboxes = new Map(configs.map(({ id, outbox }) => [id, outbox]));
	}

	/** Whether readings of a device wait at present. */
	isWaiting(device: string): boolean {
		const outbox = this.#outboxes.get(device);
		return outbox !== undefined && hasOutbox(outbox);
	}

	/** Of a device of the world. */
	of(device: string): Outbox {
		return this.#outboxes.get(device) as Outbox;
	}

	/** Takes note of what happened. */
	see(event: WorldEvent): void {
		if (event.source === "power" && event.outbox !== undefined)
			this.#outboxes.set(event.device, event.outbox);
	}
}
