import type { Config } from "../../firmware/config.js";
import type { LinkState } from "../../firmware/events.js";
import type { Counts } from "../../server/core-options.js";
import type { Rule } from "../../server/rule.js";
import type { OpenMessages } from "./broker/broker.js";
import type { Calm } from "./calm.js";
import type { Clock } from "./clock.js";
import type { SimulatedDevice } from "./device/device.js";
import { CLIENT, type DeviceView, type WorldView } from "./invariants/invariant.js";
import type { SimulatedServer } from "./server/server.js";
import type { WorldBroker } from "./world-broker.js";

/** What of a world is looked at. */
export interface ViewedWorld {
	readonly clock: Pick<Clock, "elapsed" | "size">;
	readonly broker: Pick<WorldBroker, "openOf">;
	readonly server: Pick<SimulatedServer, "isOnline" | "counts">;
	readonly devices: ReadonlyMap<string, SimulatedDevice>;
	readonly rule: Rule;
}

/** A world, as invariants look at it: as it is whenever they do. */
export class View implements WorldView {
	readonly devices: readonly DeviceView[];
	readonly #world: ViewedWorld;
	readonly #calm: Calm;

	constructor(world: ViewedWorld, calm: Calm) {
		this.#world = world;
		this.#calm = calm;
		this.devices = Array.from(world.devices.values(), (device) => new ViewOfDevice(device, world, calm));
	}

	get time(): number {
		return this.#world.clock.elapsed;
	}

	get isServerOnline(): boolean {
		return this.#world.server.isOnline;
	}

	get serverCounts(): Counts {
		return this.#world.server.counts;
	}

	get rule(): Rule {
		return this.#world.rule;
	}

	get pending(): number {
		return this.#world.clock.size;
	}

	get faultsUnderWay(): number {
		return this.#calm.active;
	}
}

class ViewOfDevice implements DeviceView {
	readonly id: string;
	readonly #device: SimulatedDevice;
	readonly #world: ViewedWorld;
	readonly #calm: Calm;

	constructor(device: SimulatedDevice, world: ViewedWorld, calm: Calm) {
		this.id = device.id;
		this.#device = device;
		this.#world = world;
		this.#calm = calm;
	}

	get config(): Config {
		return this.#device.config;
	}

	get light(): number {
		return this.#device.readingOf("light");
	}

	get led(): boolean {
		return this.#device.led;
	}

	get link(): LinkState {
		return this.#device.link;
	}

	get hasPower(): boolean {
		return this.#device.hasPower;
	}

	get stored(): number {
		return this.#device.storage.size;
	}

	get connections(): number {
		return this.#device.access.connections.length;
	}

	get timers(): number {
		return this.#device.timers;
	}

	get open(): OpenMessages | undefined {
		return this.#world.broker.openOf?.(this.id + CLIENT);
	}

	get calmSince(): number | undefined {
		return this.#calm.since(this.id);
	}
}
