import { HOUR, planFaults } from "./faults/plan.js";
import type { FaultRates } from "./faults/rates.js";
import { RECOVERY } from "./invariants/calm-devices.js";
import { Random } from "./random.js";
import { changeLight, configOf, settingsOf } from "./variety.js";
import { type DeviceSpec, World, type WorldSpec } from "./world.js";

/** A world that a seed chooses. */
export interface SeedOptions {
	/** An integer from 0 to 2 ** 53 - 1. */
	readonly seed: number;
	/** Virtual hours. */
	readonly hours: number;
	/** How many devices. */
	readonly devices: number;
	readonly faults: FaultRates;
}

/** What became of a world. */
export interface Outcome {
	/** SHA-256 of its trace. */
	readonly hash: string;
	/** Lines of its trace. */
	readonly lines: number;
	/** How often each fault happened. */
	readonly faults: ReadonlyMap<string, number>;
	/** What did not hold, or was thrown, and when in virtual milliseconds. */
	readonly failure: { readonly what: string; readonly time: number } | undefined;
}

/** Milliseconds without faults at the end, in which all must become well. */
const CALM_END = RECOVERY + 20_000;

/** The spec of a seed's world. */
export function specOf({
	seed,
	hours,
	devices,
	faults,
}: SeedOptions): WorldSpec & { readonly duration: number } {
	const ids = Array.from({ length: devices }, (_, index) => `d${index + 1}`);
	const duration = hours * HOUR;
	const until = Math.max(0, duration - CALM_END);
	const specs = ids.map((id): DeviceSpec => {
		const random = new Random(seed, `ticks ${id}`);
		const ticks = random.chance(faults.tickWrap) ? 2 ** 32 - random.between(1, HOUR) : random.below(2 ** 31);
		return { config: configOf(id, settingsOf(seed, id)), ticks };
	});
	return { seed, devices: specs, faults: planFaults(seed, faults, { devices: ids, until }), duration };
}

/** Runs a world to its end, or to the first thing that does not hold. */
export function runWorld(
	spec: WorldSpec & { readonly duration: number },
	onLine?: (line: string) => void,
): Outcome {
	const world = new World({ ...spec, onLine });
	const until = Math.max(0, spec.duration - CALM_END);
	let failure: Outcome["failure"];
	try {
		for (const id of world.devices.keys()) {
			const random = new Random(spec.seed, `light ${id}`);
			changeLight(world.clock, random, until, (light) => world.setLight(id, light));
		}
		world.runTo(spec.duration);
		world.end();
	} catch (error) {
		const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
		failure = { what, time: world.clock.elapsed };
	}
	const { hash, lines } = world.trace;
	return { hash, lines, faults: world.faults, failure };
}
