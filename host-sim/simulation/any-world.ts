import { HUB_KINDS } from "./azure-iot-hub/faults.js";
import { type HubSeedOptions, hubSpecOf, runHubWorld } from "./azure-iot-hub/seed.js";
import { expectedFaults, type NamedFault } from "./faults/plan.js";
import { type Outcome, runWorld, type SeedOptions, specOf, targetsOf } from "./seed.js";
import type { WorldSpec } from "./world.js";

/** A world of any kind that a seed chooses. */
export type AnySeedOptions = SeedOptions | HubSeedOptions;

/** What is in a world, and what is to go wrong in it. */
export interface Plan {
	/** The devices' ids. */
	readonly devices: readonly string[];
	readonly faults: readonly NamedFault<string>[];
}

/** The plan of a seed's world. @throws RangeError as `specOf` does */
export function planOf(options: AnySeedOptions): Plan {
	const { devices, faults } = options.profile === undefined ? specOf(options) : hubSpecOf(options);
	return { devices: devices.map(({ config }) => config.id), faults };
}

/** Runs a seed's world. @param watch who hears of what happens, and where it is recorded */
export const runAnyWorld = (
	options: AnySeedOptions,
	watch: Pick<WorldSpec, "onLine" | "recording"> = {},
): Outcome =>
	options.profile === undefined
		? runWorld({ ...specOf(options), ...watch })
		: runHubWorld({ ...hubSpecOf(options), ...watch });

/** About how many faults are planned in a seed's world. */
export const expectedIn = (options: AnySeedOptions): number =>
	options.profile === undefined
		? expectedFaults(options.faults, targetsOf(options))
		: expectedFaults(options.faults, targetsOf(options), HUB_KINDS);
