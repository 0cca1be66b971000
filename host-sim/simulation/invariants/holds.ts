import type { Config } from "../../../firmware/config.js";
import { topicsOf } from "../topics.js";
import type { WorldEvent } from "../trace.js";
import { type Invariant, type Measured, type TakenMessage, Violation, type WorldView } from "./invariant.js";
import { isEachReported, Outboxes } from "./outboxes.js";
import { readSaid } from "./said-reading.js";

/** One device's readings: when each was measured, and when the broker took it first. */
class Held {
	readonly #taken = new Map<string, { readonly from: number; until: number | undefined }>();
	/** Readings, and characters of them, that may be held at a time, the most of all starts: the first reading drops the rest. */
	most = 1;
	bytes = 0;

	measured({ time, date, light }: Measured): void {
		this.#taken.set(`${light} ${date}`, { from: time, until: undefined });
	}

	take(time: number, payload: string): void {
		const said = readSaid(payload);
		const reading = this.#taken.get(`${said?.light} ${said?.time}`);
		if (reading !== undefined) reading.until ??= time;
	}

	/** The most that were held at a time, of those that came. */
	get peak(): number {
		const steps: (readonly [time: number, step: 1 | -1])[] = [];
		for (const { from, until } of this.#taken.values()) {
			if (until !== undefined && until > from) steps.push([from, 1], [until, -1]);
		}
		steps.sort(([one, up], [other, down]) => one - other || up - down);
		let count = 0;
		return steps.reduce((peak, [, step]) => {
			count += step;
			return Math.max(peak, count);
		}, 0);
	}
}

/** No more readings wait than the configuration has room for, by what a device tells and by what comes of it later. */
export class Holds implements Invariant {
	readonly name = "an outbox holds no more than it may";
	readonly #outboxes: Outboxes;
	readonly #held = new Map<string, Held>();
	readonly #byTopic = new Map<string, Held>();
	/** By device, what it may hold beside its outbox: messages under way. */
	readonly #underWay = new Map<string, number>();

	/** @param configs of the devices */
	constructor(configs: readonly Config[]) {
		this.#outboxes = new Outboxes(configs);
		for (const config of configs) {
			this.#underWay.set(config.id, config.mqtt.inFlight);
			if (!isEachReported(config)) continue;
			const held = new Held();
			this.#held.set(config.id, held);
			this.#byTopic.set(topicsOf(config).telemetry ?? "", held);
		}
	}

	onMeasured(device: string, reading: Measured): void {
		const held = this.#held.get(device);
		if (held === undefined) return;
		held.measured(reading);
	}

	onTaken(time: number, { topic, payload }: TakenMessage): void {
		this.#byTopic.get(topic)?.take(time, payload);
	}

	onEvent(_time: number, event: WorldEvent): void {
		this.#outboxes.see(event);
		if (event.source === "power" && event.isOn) this.#allow(event.device);
		if (event.source !== "device") return;
		const { device } = event;
		// The storage cannot be read, and memory holds as much again.
		if (event.event === "storage" && event.code === "storage-unreadable") this.#held.delete(device);
		if (event.event !== "outbox") return;
		const held = this.#held.get(device);
		if (held === undefined) return;
		const { most, bytes } = held;
		if (event.pending > most) this.#fail(device, `${event.pending} readings wait, more than ${most}`);
		if (event.bytes > bytes) this.#fail(device, `${event.bytes} bytes wait, more than ${bytes}`);
	}

	end(_world: WorldView): void {
		for (const [device, held] of this.#held) {
			const most = held.most + (this.#underWay.get(device) as number) + 1;
			// What goes straight to the connection is on its way, however slow that is.
			if (held.most === 1) continue;
			const { peak } = held;
			if (peak > most) this.#fail(device, `${peak} readings were held at a time, more than ${most}`);
		}
	}

	#allow(device: string): void {
		const held = this.#held.get(device);
		const { policy, messages, bytes } = this.#outboxes.of(device);
		if (held === undefined) return;
		if (policy === "keep") held.most = Math.max(held.most, messages);
		held.bytes = Math.max(held.bytes, bytes);
	}

	#fail(device: string, message: string): never {
		throw new Violation(this.name, `${device}: ${message}`);
	}
}
