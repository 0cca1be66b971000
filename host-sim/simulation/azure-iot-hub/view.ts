import type { Config } from "../../../firmware/config.js";
import type { LinkState } from "../../../firmware/events.js";
import { type Hub, idOf, type TwinProperties } from "../../azure-iot-hub/core/hub.js";
import type { Calm } from "../calm.js";
import type { Clock } from "../clock.js";
import type { SimulatedDevice } from "../device/device.js";
import type { HubDeviceView, HubWorldView } from "./invariants/invariant.js";
import type { HubDeviceSpec } from "./variety.js";

/** What of a world is looked at. */
export interface ViewedHubWorld {
	readonly clock: Pick<Clock, "elapsed" | "size">;
	readonly hub: Pick<Hub, "waiting" | "twin">;
	deviceOf(id: string): SimulatedDevice;
}

/** A world with a hub, as invariants look at it: as it is whenever they do. */
export class HubView implements HubWorldView {
	readonly devices: readonly HubDeviceView[];
	readonly #world: ViewedHubWorld;

	constructor(world: ViewedHubWorld, specs: readonly HubDeviceSpec[], calm: Calm) {
		this.#world = world;
		this.devices = specs.map((spec) => new ViewOfDevice(world, spec, calm));
	}

	get time(): number {
		return this.#world.clock.elapsed;
	}

	get pending(): number {
		return this.#world.clock.size;
	}
}

class ViewOfDevice implements HubDeviceView {
	readonly id: string;
	readonly #world: ViewedHubWorld;
	readonly #spec: HubDeviceSpec;
	readonly #device: SimulatedDevice;
	readonly #calm: Calm;

	constructor(world: ViewedHubWorld, spec: HubDeviceSpec, calm: Calm) {
		this.id = spec.config.id;
		this.#world = world;
		this.#spec = spec;
		this.#device = world.deviceOf(this.id);
		this.#calm = calm;
	}

	get config(): Config {
		return this.#device.config;
	}

	get led(): boolean {
		return this.#device.led;
	}

	get light(): number {
		return this.#device.readingOf("light");
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

	get canConnect(): boolean {
		const { credential, hasClock, until } = this.#spec;
		return (credential === "x509" || hasClock) && this.#world.clock.elapsed < until;
	}

	get waiting(): number {
		return this.#world.hub.waiting(idOf(this.#spec.identity));
	}

	get twin(): TwinProperties {
		const outcome = this.#world.hub.twin(idOf(this.#spec.identity));
		if (!outcome.ok) throw new Error(outcome.error.reason);
		return outcome.twin;
	}

	get calmSince(): number | undefined {
		return this.#calm.since(this.id);
	}
}
