import type { WorldEvent } from "../trace.js";
import { type DeviceView, type Invariant, Violation, type WorldView } from "./invariant.js";
import { hasOutbox, longestPause } from "./outboxes.js";

/**
 * Milliseconds after which all is well again when nothing goes wrong any more: a dead connection is found
 * within half a keep-alive and a response's time (40 s), then comes the longest pause between two tries
 * (60 s), and the server, which looks every 15 s, needs no longer.
 */
export const RECOVERY = 180_000;

const calmFor = (world: WorldView, device: DeviceView): number =>
	device.calmSince === undefined ? 0 : world.time - device.calmSince;

/** Devices with power that have had their time to recover. */
export const recovered = (world: WorldView): DeviceView[] =>
	world.devices.filter((device) => device.hasPower && calmFor(world, device) > RECOVERY);

/** The link comes back. */
export class NeverStuck implements Invariant {
	readonly name = "the link is never stuck";

	check(world: WorldView): void {
		for (const device of recovered(world)) {
			if (device.link !== "online") {
				throw new Violation(this.name, `${device.id} is ${device.link} after ${RECOVERY / 1000} s of calm`);
			}
			if (!world.isServerOnline) {
				throw new Violation(this.name, `the server is offline after ${RECOVERY / 1000} s of calm`);
			}
		}
	}
}

/** Milliseconds that a reading and its answer take when nothing is wrong. */
const ROUND_TRIP = 1000;

/** When each device obeyed an order: then it is as that says, until the server decides again. */
export class LastOrders {
	readonly #times = new Map<string, number>();

	/** Takes note of what happened. */
	see(time: number, event: WorldEvent): void {
		if (event.source === "device" && event.event === "response") this.#times.set(event.device, time);
	}

	/** Whether no reading need have been answered since. */
	isRecent(device: string, time: number, { telemetry }: DeviceView["config"]): boolean {
		const since = time - (this.#times.get(device) ?? Number.NEGATIVE_INFINITY);
		return since <= longestPause(telemetry) + ROUND_TRIP;
	}
}

/** The LED is what the server's rule says. */
export class LedAgrees implements Invariant {
	readonly name = "the LED agrees with the rule";
	readonly #ordered = new LastOrders();

	onEvent(time: number, event: WorldEvent): void {
		this.#ordered.see(time, event);
	}

	check(world: WorldView): void {
		const { threshold, hysteresis } = world.rule;
		for (const { id, light, led, config } of recovered(world)) {
			if (this.#ordered.isRecent(id, world.time, config)) continue;
			// Between the two it is as it was.
			const isRight = led ? light < threshold + hysteresis : light >= threshold;
			if (isRight) continue;
			const state = led ? "on" : "off";
			throw new Violation(
				this.name,
				`${id}'s LED is ${state} at a light of ${light} after ${RECOVERY / 1000} s of calm`,
			);
		}
	}
}

/** Timers of a device: the alarm for what is due next, and the one for the readings; with an outbox, its alarm. */
const mostTimers = ({ outbox }: DeviceView["config"]): number => (hasOutbox(outbox) ? 3 : 2);

/** Messages with QoS 2 that a device takes and the broker has not released. */
const MOST_RECEIVED = 64;

/** The last order, and what an order has configured. */
const OF_ORDERS = 2;

/** What is to happen because of a fault that lasts, at most: its end, and the power cut that it waits for. */
const OF_A_FAULT = 3;

/**
 * Pieces in which what the broker kept for the server arrives at most, while bytes to it come in pieces and for a while
 * after.
 */
const PIECES_TO_SERVER = 1000;
const PIECES_LAST = 5000;

/** What is kept has bounds. */
export class Bounded implements Invariant {
	readonly name = "memory and queues are bounded";
	/** Devices whose storage failed: it may keep what should have been removed. */
	readonly #failed = new Set<string>();
	/** Faults that have what is sent to the server arrive in pieces, and when the last one ended. */
	#splits = 0;
	#splitUntil = Number.NEGATIVE_INFINITY;

	onEvent(time: number, event: WorldEvent): void {
		if (event.source === "fault" && event.fault === "split" && event.target === "server") {
			this.#splits += event.phase === "begin" ? 1 : -1;
			this.#splitUntil = time + PIECES_LAST;
		}
		if (event.source === "device" && event.event === "storage") this.#failed.add(event.device);
	}

	check(world: WorldView): void {
		const { devices, pending, faultsUnderWay, time } = world;
		const calm = recovered(world);
		for (const device of devices) {
			const { id, stored, connections, timers, config } = device;
			const most = this.#mostStored(device, calm.includes(device));
			if (stored > most) throw new Violation(this.name, `${id} stores ${stored} values, more than ${most}`);
			if (connections > 1) throw new Violation(this.name, `${id} has ${connections} connections open`);
			if (timers > mostTimers(config)) throw new Violation(this.name, `${id} has ${timers} timers running`);
		}
		const pieces = this.#splits > 0 || time < this.#splitUntil ? PIECES_TO_SERVER : 0;
		const most = 200 * (devices.length + 1) + OF_A_FAULT * faultsUnderWay + pieces;
		if (pending > most) throw new Violation(this.name, `${pending} things are to happen, more than ${most}`);
	}

	/**
	 * Whose session it is, what is in flight, one of these twice when the power went, and what was received:
	 * after a time of calm all of that is released. Besides, what orders leave.
	 */
	#mostStored({ id, config: { mqtt, commands } }: DeviceView, isCalm: boolean): number {
		const received = (commands.qos === 2 && !isCalm) || this.#failed.has(id) ? MOST_RECEIVED : 0;
		return mqtt.inFlight + 2 + received + OF_ORDERS;
	}
}
