import type { Config } from "../../../firmware/config.js";
import type { WorldEvent } from "../trace.js";
import { type Invariant, type Measured, Violation } from "./invariant.js";
import { hasOutbox, isEachReported, Outboxes } from "./outboxes.js";
import type { SaidReading } from "./said-reading.js";

/**
 * Without an outbox a reading is sent in the moment in which it is measured, or not at all; with `latest` also the first
 * one of a connection is fresh. With an outbox none is sent that is older than `expires` by the device's wall clock.
 */
export class WhileItCounts implements Invariant {
	readonly name = "a reading is sent while it counts, and not afterwards";
	readonly #outboxes: Outboxes;
	/** By device, what it measured last. */
	readonly #measured = new Map<string, Measured>();
	readonly #watched: ReadonlySet<string>;
	/** Devices whose wall clock was set since they measured, so that it is not known. */
	readonly #unknown = new Set<string>();
	/** By device, when a connection began on which nothing was sent yet. */
	readonly #greeted = new Map<string, number>();

	/** @param configs of the devices */
	constructor(configs: readonly Config[]) {
		this.#outboxes = new Outboxes(configs);
		this.#watched = new Set(configs.filter(isEachReported).map(({ id }) => id));
	}

	onMeasured(device: string, reading: Measured): void {
		this.#measured.set(device, reading);
		this.#unknown.delete(device);
	}

	onEvent(time: number, event: WorldEvent): void {
		this.#outboxes.see(event);
		if (event.source === "fault" && event.fault === "clockStep") this.#unknown.add(event.target);
		if (event.source === "power") this.#greeted.delete(event.device);
		if (event.source !== "device" || !this.#watched.has(event.device)) return;
		const { device } = event;
		if (event.event === "link") {
			if (event.state === "online") this.#greeted.set(device, time);
			else this.#greeted.delete(device);
		}
		if (event.event === "telemetry") this.#look(time, device, event.payload as SaidReading);
	}

	#look(time: number, device: string, { light, time: date = 0 }: SaidReading): void {
		const measured = this.#measured.get(device);
		const outbox = this.#outboxes.of(device);
		// The first one of a connection may have to wait for room.
		const since = hasOutbox(outbox) ? this.#greeted.get(device) : time;
		this.#greeted.delete(device);
		const isFresh = measured?.date === date && measured.light === light && measured.time >= (since ?? 0);
		if (!isFresh && outbox.policy !== "keep" && since !== undefined) {
			this.#fail(
				device,
				`${light} of ${date} was sent at ${time} ms, measured last: ${measured?.light} of ${measured?.date}`,
			);
		}
		if (!hasOutbox(outbox) || measured === undefined || this.#unknown.has(device)) return;
		const age = measured.date + time - measured.time - date;
		const { expires = Number.POSITIVE_INFINITY } = outbox;
		if (age > expires)
			this.#fail(device, `${light} of ${date} was sent ${age - expires} ms after it had expired`);
	}

	#fail(device: string, message: string): never {
		throw new Violation(this.name, `${device}: ${message}`);
	}
}
