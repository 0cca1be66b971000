import type { Config } from "../../../firmware/config.js";
import type { Row } from "../../../server/store/store.js";
import { topicsOf } from "../topics.js";
import type { WorldEvent } from "../trace.js";
import {
	deviceOf,
	type Invariant,
	type Measured,
	ON_ITS_WAY,
	type TakenMessage,
	Violation,
	type WorldView,
} from "./invariant.js";
import { isEachReported } from "./outboxes.js";
import { readSaid, type SaidReading } from "./said-reading.js";
import { Shelf } from "./shelf.js";

/** Milliseconds in which a device tells what it dropped. */
const TELLS = 2000;

/**
 * With `keep`, each reading comes to whoever is to answer it: the broker, or the server's store. The device tells how many
 * do not, and a power cut takes those of the last 10 s and no more than 16.
 */
export class Kept implements Invariant {
	readonly name = "no reading that is kept is lost";
	/** By device, for those that are looked at. */
	readonly shelves: ReadonlyMap<string, Shelf>;
	readonly #byTopic = new Map<string, Shelf>();

	/** @param configs of the devices */
	constructor(configs: readonly Config[]) {
		const shelves = new Map<string, Shelf>();
		for (const config of configs) {
			if (!isEachReported(config)) continue;
			const shelf = new Shelf(config);
			shelves.set(config.id, shelf);
			this.#byTopic.set(topicsOf(config).telemetry ?? "", shelf);
		}
		this.shelves = shelves;
	}

	onMeasured(device: string, reading: Measured): void {
		this.shelves.get(device)?.measured(reading);
	}

	onTaken(time: number, { topic, payload }: TakenMessage): void {
		const shelf = this.#byTopic.get(topic);
		const said = shelf && readSaid(payload);
		if (said !== undefined) shelf?.take(time, said);
	}

	onStored(rows: readonly Row[], time: number): void {
		for (const { device, seq, payload } of rows) {
			const said = seq === undefined ? undefined : readSaid(payload);
			if (said !== undefined) this.shelves.get(device)?.stored(time, said);
		}
	}

	onEvent(time: number, event: WorldEvent): void {
		if (event.source === "power") {
			const shelf = this.shelves.get(event.device);
			if (event.isOn) shelf?.powerCame(event.outbox);
			else shelf?.powerLost(time);
		} else if (event.source === "fault") {
			this.#onFault(time, event);
		} else if (event.source === "broker") {
			if (event.event !== "connected" || !event.sessionPresent) return;
			this.shelves.get(deviceOf(event.client) ?? "")?.sessionPresent();
		} else if (event.source === "device") {
			const shelf = this.shelves.get(event.device);
			if (event.event === "link" && event.state === "online") shelf?.online();
			if (event.event === "telemetry") shelf?.handOver(event.payload as SaidReading);
			if (event.event !== "outbox") return;
			shelf?.gone(time, event.dropped + event.setAside);
			if (event.lost > 0)
				this.#fail(event.device, `tells that its storage was damaged: ${event.lost} are lost`);
		}
	}

	#onFault(time: number, { fault, phase, target }: Extract<WorldEvent, { source: "fault" }>): void {
		if (fault === "storage") this.shelves.get(target)?.storage(time, phase === "end");
		if (fault === "clockStep") this.shelves.get(target)?.clockSet();
		if (fault === "amnesia" && phase === "begin") {
			for (const shelf of this.shelves.values()) shelf.brokerForgot();
		}
	}

	check({ time }: WorldView): void {
		for (const [device, shelf] of this.shelves) {
			const missing = shelf.overtaken(time - TELLS);
			if (missing !== undefined) this.#fail(device, missing);
		}
	}

	end({ time }: WorldView): void {
		for (const [device, shelf] of this.shelves) {
			const missing = shelf.missing(time - ON_ITS_WAY);
			if (missing !== undefined) this.#fail(device, missing);
		}
	}

	#fail(device: string, message: string): never {
		throw new Violation(this.name, `${device}: ${message}`);
	}
}
