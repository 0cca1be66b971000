import type { JsonObject, JsonValue } from "../../../azure-iot-hub/core/hub.js";
import type { HubWorldEvent } from "../events.js";
import { recovered } from "./calm.js";
import { type HubDeviceView, type HubInvariant, type HubWorldView, Violation } from "./invariant.js";

const NAMES = Object.freeze(["telemetryInterval", "threshold", "ledOn"] as const);
type Name = (typeof NAMES)[number];

/** The command that each stands for, which overrides it when it comes later. */
const MEMBERS: Readonly<Record<Name, string>> = Object.freeze({
	telemetryInterval: "interval",
	threshold: "threshold",
	ledOn: "led_on",
});

/** Milliseconds from a change of the twin until the device has acknowledged it, when nothing is wrong. */
const ACKNOWLEDGED = 5000;

/** What is wanted of one device. */
class Wanted {
	/** The desired properties, and in which version each of them changed. */
	properties: JsonObject = {};
	readonly changed = new Map<string, number>();
	version = 1;
	changedAt = 0;
	/** How many of them the device knows and has a value for, by version. */
	readonly known = new Map<number, number>([[1, 0]]);
	/** Properties that another command set since they changed, or since the device began. */
	readonly overridden = new Set<Name>();
	/** By version, how often this life of the device obeyed one. */
	applied = new Map<number, number>();
}

/** Desired properties are taken over once, acknowledged by their version, and in force; wrong ones are not. */
export class DesiredProperties implements HubInvariant {
	readonly name = "desired properties are taken over once, and acknowledged as they are";
	readonly #devices = new Map<string, Wanted>();
	/** What the last command named. */
	#last: readonly Name[] = [];

	onEvent(time: number, event: HubWorldEvent): void {
		if (event.source === "power") {
			const wanted = this.#wantedOf(event.device);
			wanted.applied = new Map();
			wanted.overridden.clear();
		} else if (event.source === "hub" && event.told.event === "twin-desired") {
			this.#change(time, this.#wantedOf(event.device), event.told.version, event.told.patch);
		} else if (event.source === "device") {
			const wanted = this.#wantedOf(event.device);
			if (event.event === "command") this.#pending(wanted, event.payload);
			if (event.event === "response") this.#answered(event.device, wanted, event.id);
		}
	}

	check(world: HubWorldView): void {
		for (const device of recovered(world)) {
			const wanted = this.#wantedOf(device.id);
			if (world.time - wanted.changedAt > ACKNOWLEDGED) this.#compare(device, wanted);
		}
	}

	#change(time: number, wanted: Wanted, version: number, patch: JsonObject): void {
		wanted.properties = { ...wanted.properties, ...patch };
		wanted.version = version;
		wanted.changedAt = time;
		for (const name of Object.keys(patch)) {
			wanted.changed.set(name, version);
			wanted.overridden.delete(name as Name);
		}
		wanted.known.set(version, NAMES.filter((name) => isGiven(wanted.properties[name])).length);
	}

	/** What a command names may no longer be as desired. */
	#pending(wanted: Wanted, payload: Readonly<Record<string, unknown>>): void {
		const configured = (payload.configure ?? {}) as object;
		const named = NAMES.filter((name) => MEMBERS[name] in configured || MEMBERS[name] in payload);
		for (const name of named) wanted.overridden.add(name);
		this.#last = named;
	}

	#answered(device: string, wanted: Wanted, id: string): void {
		const version = Number(/^desired-(\d+)$/.exec(id)?.[1] ?? Number.NaN);
		if (Number.isNaN(version)) {
			this.#last = [];
			return;
		}
		for (const name of this.#last) if (isGiven(wanted.properties[name])) wanted.overridden.delete(name);
		this.#last = [];
		const count = (wanted.applied.get(version) ?? 0) + 1;
		wanted.applied.set(version, count);
		const most = wanted.known.get(version);
		if (most === undefined) this.#fail(device, `takes over version ${version}, which there is not`);
		if (count > most) this.#fail(device, `takes over ${count} properties of version ${version}, of ${most}`);
	}

	#compare({ id, twin, led }: HubDeviceView, wanted: Wanted): void {
		const { desired, reported } = twin;
		const { led: said } = reported as { led?: { on?: boolean } };
		if (said?.on !== led) this.#fail(id, `reports an LED that is ${said?.on}, and it is ${led}`);
		for (const name of NAMES) {
			const value = desired[name];
			const answer = reported[name] as { value?: JsonValue; ac?: number; av?: number } | undefined;
			if (value === undefined) continue;
			const is = JSON.stringify(answer);
			if (answer === undefined) this.#fail(id, `has not acknowledged ${name}`);
			const isOverridden = answer.ac === 203 && wanted.overridden.has(name);
			if (isOverridden) continue;
			const ac = isRight(name, value) ? 200 : 400;
			if (answer.ac !== ac || JSON.stringify(answer.value) !== JSON.stringify(value))
				this.#fail(id, `acknowledges ${name} ${JSON.stringify(value)} by ${is}, not ${ac}`);
			const { av = 0 } = answer;
			const least = wanted.changed.get(name) ?? 0;
			if (av < least || av > desired.$version)
				this.#fail(id, `acknowledges version ${av} of ${name}, which changed in ${least}`);
		}
	}

	#wantedOf(device: string): Wanted {
		const wanted = this.#devices.get(device) ?? new Wanted();
		this.#devices.set(device, wanted);
		return wanted;
	}

	#fail(device: string, message: string): never {
		throw new Violation(this.name, `${device}: ${message}`);
	}
}

const isGiven = (value: JsonValue | undefined): boolean => value !== undefined && value !== null;

const isRight = (name: Name, value: JsonValue): boolean =>
	name === "ledOn" ? typeof value === "boolean" : typeof value === "number";
