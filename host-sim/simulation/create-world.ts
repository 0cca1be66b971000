import type { LinkState } from "../../firmware/events.js";
import type { SimulatedDevice } from "./device/device.js";
import { applyFault } from "./faults/apply.js";
import { checkFault } from "./faults/plan.js";
import type { FaultName } from "./faults/rates.js";
import { ORDERER } from "./orders/orderer.js";
import { NOBODY, SOMEBODY } from "./stranger.js";
import { configOf, type Settings } from "./variety.js";
import { World } from "./world.js";

export interface CreateWorldOptions {
	/** An integer from 0 to 2 ** 53 - 1; 1 when absent. */
	readonly seed?: number;
	/** The devices' ids, each with what its configuration sets besides the defaults. */
	readonly devices: readonly string[] | Readonly<Record<string, Settings>>;
	/** What the devices' tick counters show when the world begins: an integer from 0 to 2 ** 32 - 1; 0 when absent. */
	readonly ticks?: number;
	/** How far above the threshold the server has an LED go off again; 0 when absent. */
	readonly hysteresis?: number;
	/** Hears each line of the trace, with its end. */
	readonly onLine?: (line: string) => void;
}

/** Milliseconds of virtual time that something may take when nothing else is said. */
const USUALLY = 60_000;

/** Who is in each world, for faults and on the broker: no device has one of these ids. */
const RESERVED: readonly string[] = Object.freeze(["server", "broker", ORDERER, NOBODY, SOMEBODY]);

/** @throws RangeError for what is no time to wait: it would never be over */
function checkTime(milliseconds: number): void {
	if (milliseconds >= 0 && milliseconds < Number.POSITIVE_INFINITY) return;
	throw new RangeError(`a time of ${milliseconds} ms; from 0 on, and not without end`);
}

/** Something of a device that can be waited for, in virtual time. */
export class Watched<T> {
	readonly #world: World;
	readonly #what: string;
	readonly #read: () => T;

	constructor(world: World, what: string, read: () => T) {
		this.#world = world;
		this.#what = what;
		this.#read = read;
	}

	get value(): T {
		return this.#read();
	}

	/**
	 * Lets time go by until it is as wanted.
	 * @param within milliseconds at most
	 * @throws Error when it is not by then
	 */
	async becomes(wanted: T, within = USUALLY): Promise<void> {
		checkTime(within);
		const { clock } = this.#world;
		const end = clock.elapsed + within;
		while (this.#read() !== wanted) {
			if (clock.runNext(end)) continue;
			clock.runTo(end);
			throw new Error(`${this.#what} is ${this.#read()}, not ${wanted}, after ${within} ms`);
		}
	}

	/**
	 * Lets time go by, in which it stays as it is.
	 * @param duration milliseconds
	 * @throws Error when it changes
	 */
	async stays(duration: number): Promise<void> {
		checkTime(duration);
		const { clock } = this.#world;
		const [begin, value] = [clock.elapsed, this.#read()];
		while (clock.runNext(begin + duration)) {
			if (this.#read() === value) continue;
			throw new Error(`${this.#what} became ${this.#read()} after ${clock.elapsed - begin} ms`);
		}
		clock.runTo(begin + duration);
	}
}

/** A device, for tests. */
export class WorldDevice {
	/** Whether the LED is lit. */
	readonly led: Watched<boolean>;
	readonly link: Watched<LinkState>;
	readonly #world: World;
	readonly #device: SimulatedDevice;

	constructor(world: World, device: SimulatedDevice) {
		this.#world = world;
		this.#device = device;
		this.led = new Watched(world, `${device.id}'s LED`, () => device.led);
		this.link = new Watched(world, `${device.id}'s link`, () => device.link);
	}

	cutPower(): void {
		this.#world.cutPower(this.#device.id);
	}

	switchOn(): void {
		this.#world.switchOn(this.#device.id);
	}
}

/** A world for tests: nothing goes wrong but what the test lets go wrong. */
export class TestWorld {
	readonly #world: World;

	constructor(world: World) {
		this.#world = world;
	}

	/** Milliseconds since the beginning. */
	get time(): number {
		return this.#world.clock.elapsed;
	}

	/** SHA-256 of what has happened so far. */
	get hash(): string {
		return this.#world.trace.hash;
	}

	/** It becomes as light around a device: an integer from 0 to 1023. @throws RangeError */
	light(id: string, light: number): void {
		this.sensor(id, "light", light);
	}

	/** What a sensor of a device measures becomes this: an integer in its range. @throws RangeError */
	sensor(id: string, name: string, value: number): void {
		this.#world.setReading(id, name, value);
	}

	/** @throws RangeError when there is none with this id */
	device(id: string): WorldDevice {
		return new WorldDevice(this.#world, this.#world.deviceOf(id));
	}

	/** Lets so many milliseconds go by. @throws Violation when something does not hold */
	async run(milliseconds: number): Promise<void> {
		checkTime(milliseconds);
		this.#world.runTo(this.#world.clock.elapsed + milliseconds);
	}

	/**
	 * Lets something go wrong, now.
	 * @param target a device's id, `server` or `broker`, whichever the fault can happen to
	 * @param duration milliseconds; 0, and only 0, for what happens at once
	 * @throws RangeError for a fault that there is not, a target that it does not happen to, a duration that it cannot
	 * have; for `tickWrap`, which follows from `ticks`
	 */
	fault(fault: FaultName, target: string, duration = 0): void {
		if (fault === "tickWrap") {
			throw new RangeError(
				"tickWrap comes with time: after a minute with createWorld's ticks: 2 ** 32 - 60_000",
			);
		}
		checkFault({ fault, target, duration }, [...this.#world.devices.keys()]);
		applyFault(this.#world, { fault, target, duration, at: this.time, seed: this.time });
	}

	/**
	 * Looks whether all that must hold does. What must become well is looked at where nothing has gone wrong
	 * or changed for 180 s (`RECOVERY`): let these go by first. @throws Violation
	 */
	end(): void {
		this.#world.end();
	}
}

/** Makes a world for a test: its devices are switched on, and time stands still. @throws RangeError for settings that are not allowed */
export function createWorld({
	seed = 1,
	devices,
	ticks = 0,
	hysteresis = 0,
	onLine,
}: CreateWorldOptions): TestWorld {
	if (!(Number.isSafeInteger(seed) && seed >= 0)) {
		throw new RangeError(`a seed of ${seed}; an integer from 0 to 2 ** 53 - 1`);
	}
	if (!(Number.isInteger(ticks) && ticks >= 0 && ticks < 2 ** 32)) {
		throw new RangeError(`ticks of ${ticks}; an integer from 0 to 2 ** 32 - 1`);
	}
	const settings = settingsById(devices);
	const taken = settings.find(([id]) => RESERVED.includes(id));
	if (taken !== undefined) throw new RangeError(`devices: "${taken[0]}" is somebody else in each world`);
	const specs = settings.map(([id, set]) => ({ config: configOf(id, set), ticks }));
	return new TestWorld(new World({ seed, devices: specs, faults: [], hysteresis, onLine }));
}

function settingsById(devices: CreateWorldOptions["devices"]): (readonly [id: string, settings: Settings])[] {
	if (typeof devices !== "object" || devices === null) {
		throw new RangeError(`devices: ${devices}, wants ids, such as ["a", "b"] or { a: {} }`);
	}
	if (!Array.isArray(devices)) return Object.entries(devices as Readonly<Record<string, Settings>>);
	const ids: readonly string[] = devices;
	const twice = ids.find((id, index) => ids.indexOf(id) < index);
	if (twice !== undefined) throw new RangeError(`devices: "${twice}" twice`);
	return ids.map((id) => [id, {}]);
}
