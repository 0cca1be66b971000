import type { Config } from "../../firmware/config.js";
import { type SourceChoice, signalOf } from "../world/source.js";
import type { Clock } from "./clock.js";
import type { SimulatedDevice } from "./device/device.js";
import { HOUR, type NamedFault, planFaults, type Targets } from "./faults/plan.js";
import type { FaultRates } from "./faults/rates.js";
import { RECOVERY } from "./invariants/calm-devices.js";
import { Violation } from "./invariants/invariant.js";
import { outboxesOf } from "./outboxes.js";
import { Random } from "./random.js";
import { configOf, follow, hasClock, over, type Settings, settingsOf, vary } from "./variety.js";
import { type DeviceSpec, World, type WorldSpec } from "./world.js";

/** A world that a seed chooses. */
export interface SeedOptions {
	/** Absent: the lesson's worlds, with broker and server. */
	readonly profile?: undefined;
	/** An integer from 0 to 2 ** 53 - 1. */
	readonly seed: number;
	/** Virtual hours. */
	readonly hours: number;
	/** How many devices, which are `d1`, `d2` and so on; or which of these there are. */
	readonly devices: number | readonly string[];
	readonly faults: FaultRates;
	/** Names of faults: of those planned only these happen. */
	readonly only?: readonly string[] | undefined;
	/** What the devices' configurations say besides what the seed chooses. */
	readonly settings?: Settings | undefined;
	/** What sensors measure, by name; what the seed chooses for the others. */
	readonly sources?: Sources | undefined;
}

/** Sources that depend on nothing but time. */
export type Sources = Readonly<Record<string, Exclude<SourceChoice, { readonly kind: "input" }>>>;

/** What did not hold in a world, or was thrown. */
export interface WorldFailure {
	/** The name of the invariant that did not hold; `undefined` for what was thrown otherwise. */
	readonly invariant: string | undefined;
	/** The whole story, in a line. */
	readonly what: string;
	/** Virtual milliseconds. */
	readonly time: number;
}

/** What became of a world. */
export interface Outcome {
	/** SHA-256 of its trace. */
	readonly hash: string;
	/** Lines of its trace. */
	readonly lines: number;
	/** How often each fault happened. */
	readonly faults: ReadonlyMap<string, number>;
	/** How often the broker did what it is known to do otherwise, by name. The model does nothing so. */
	readonly exceptions: ReadonlyMap<string, number>;
	readonly failure: WorldFailure | undefined;
}

/** Milliseconds without faults at the end, in which all must become well. */
export const CALM_END = RECOVERY + 20_000;

/** Milliseconds, at most, from one look at a source to the next. */
const FINEST = 1000;

/** A world that ends. */
export interface TimedSpec extends WorldSpec {
	/** Virtual milliseconds. */
	readonly duration: number;
	/** What sensors measure, by name; what the seed chooses for the others. */
	readonly sources?: Sources | undefined;
}

/** A world that a seed chose. */
export interface SeedSpec extends TimedSpec {
	readonly faults: readonly NamedFault[];
}

/**
 * The spec of a seed's world.
 * @throws RangeError when `only` names a fault that is not planned
 */
export function specOf(options: SeedOptions): SeedSpec {
	const { seed, only, settings = {}, sources } = options;
	const duration = options.hours * HOUR;
	const targets = targetsOf(options);
	const ids = targets.devices;
	const planned = planFaults(seed, options.faults, targets);
	const faults = only === undefined ? planned : only.map((name) => named(planned, name));
	if (only !== undefined) faults.sort((one, other) => one.at - other.at);
	const specs = ids.map((id): DeviceSpec => {
		const wrap = faults.find(({ fault, target }) => fault === "tickWrap" && target === id);
		const ticks = wrap === undefined ? new Random(seed, `ticks ${id}`).below(2 ** 31) : 2 ** 32 - wrap.at;
		const config = configOf(id, over(settingsOf(seed, id), settings));
		const outboxes = settings.outbox === undefined ? outboxesOf(seed, config) : [config.outbox];
		return {
			config: { ...config, outbox: outboxes[0] as Config["outbox"] },
			outboxes,
			ticks,
			hasClock: hasClock(seed, id),
		};
	});
	return { seed, devices: specs, faults, duration, ...(sources !== undefined && { sources }) };
}

/** Whom faults may happen to in a seed's world, and until when. */
export const targetsOf = ({ devices, hours }: Pick<SeedOptions, "devices" | "hours">): Targets => ({
	devices: typeof devices === "number" ? idsOf(devices) : devices,
	until: Math.max(0, hours * HOUR - CALM_END),
});

const idsOf = (count: number): string[] => Array.from({ length: count }, (_, index) => `d${index + 1}`);

/** A fault of a plan by its name. @throws RangeError when there is none */
export function named<Fault extends NamedFault<string>>(planned: readonly Fault[], name: string): Fault {
	const fault = planned.find((one) => one.name === name);
	if (fault === undefined) throw new RangeError(`${name} is no fault of this world`);
	return fault;
}

/** Runs a world to its end, or to the first thing that does not hold. */
export const runWorld = (spec: TimedSpec): Outcome => runToEnd(beginWorld(spec), spec.duration);

/** Runs a world that has begun to its end, or to the first thing that does not hold. @param duration in virtual milliseconds */
export function runToEnd(
	world: Pick<World, "runTo" | "end"> & Parameters<typeof outcomeOf>[0],
	duration: number,
): Outcome {
	try {
		world.runTo(duration);
		world.end();
	} catch (error) {
		return outcomeOf(world, error);
	}
	return outcomeOf(world);
}

/** A world at its beginning, in which what the sensors measure is to change. */
export function beginWorld(spec: TimedSpec): World {
	return new World(spec, (world) => changeReadings(world, spec));
}

/** Whose sensors measure something. */
interface Measuring {
	readonly clock: Clock;
	readonly devices: ReadonlyMap<string, Pick<SimulatedDevice, "config">>;
	setReading(id: string, name: string, value: number): void;
}

/** Lets what the sensors of a world measure change until it is to be calm. */
export function changeReadings(
	world: Measuring,
	spec: Pick<TimedSpec, "seed" | "duration" | "sources">,
): void {
	const until = Math.max(0, spec.duration - CALM_END);
	const sources = new Map(Object.entries(spec.sources ?? {}));
	for (const [id, { config }] of world.devices) {
		const { sensors, interval, sample = interval } = config.telemetry;
		for (const sensor of sensors) {
			const { name } = sensor;
			const source = sources.get(name);
			const set = (value: number) => world.setReading(id, name, value);
			if (source !== undefined) {
				follow(world.clock, signalOf(source, sensor, name), Math.min(sample, FINEST), sensor, set);
			} else vary(world.clock, new Random(spec.seed, `${name} ${id}`), until, sensor, set);
		}
	}
}

/** What became of a world. @param error what did not hold, or was thrown, if anything was */
export function outcomeOf(
	world: Pick<World, "trace" | "clock" | "faults"> & Partial<Pick<World, "exceptions">>,
	error?: unknown,
): Outcome {
	const { hash, lines } = world.trace;
	const failure = error === undefined ? undefined : failureOf(error, world.clock.elapsed);
	const { faults, exceptions = new Map() } = world;
	return { hash, lines, faults, exceptions, failure };
}

function failureOf(error: unknown, time: number): WorldFailure {
	const invariant = error instanceof Violation ? error.invariant : undefined;
	const [name, message] = error instanceof Error ? [error.name, error.message] : ["thrown", String(error)];
	return { invariant, what: `${invariant ?? name}: ${message}`, time };
}
