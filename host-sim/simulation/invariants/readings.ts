import type { WorldEvent } from "../trace.js";
import { recovered } from "./calm-devices.js";
import { type Invariant, type TakenMessage, Violation, type WorldView } from "./invariant.js";

/** Milliseconds that a reading and its answer may take when nothing is wrong. */
const ON_THE_WAY = 1000;

const TOPIC = "/telemetry";

/** A device tells what its sensor reads; after a time of calm as often as it is to, and each time it is answered. */
export class Readings implements Invariant {
	readonly name = "readings are what the sensor shows, come in time and are answered";
	readonly #lights = new Map<string, number>();
	/** By topic, when the broker took a reading last; by device, when it was given a command last. */
	readonly #read = new Map<string, number>();
	readonly #answered = new Map<string, number>();

	onEvent(time: number, event: WorldEvent): void {
		if (event.source === "light") this.#lights.set(event.device, event.light);
		if (event.source !== "device") return;
		const { device } = event;
		if (event.event === "command") this.#answered.set(device, time);
		if (event.event !== "telemetry") return;
		const [light, shown] = [event.payload.light, this.#lights.get(device)];
		if (shown !== undefined && light !== shown) this.#fail(`${device} reads ${light} at a light of ${shown}`);
	}

	onTaken(time: number, { topic }: TakenMessage): void {
		if (topic.endsWith(TOPIC)) this.#read.set(topic, time);
	}

	check(world: WorldView): void {
		for (const { id, config } of recovered(world)) {
			const since = world.time - config.telemetry.interval - ON_THE_WAY;
			this.#look("reading of", id, this.#read.get(id + TOPIC), since);
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
