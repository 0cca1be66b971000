import { HUB_KINDS } from "./azure-iot-hub/faults.js";
import { type HubSeedOptions, hubSpecOf, runHubWorld } from "./azure-iot-hub/seed.js";
import { expectedFaults, type NamedFault } from "./faults/plan.js";
import { type Outcome, runWorld, type SeedOptions, specOf, targetsOf } from "./seed.js";
import { runStadium, type StadiumSeedOptions, stadiumSpecOf } from "./stadium/stadium.js";
import type { DeviceSpec, WorldSpec } from "./world.js";

/** A world of any kind that a seed chooses. */
export type AnySeedOptions = SeedOptions | HubSeedOptions | StadiumSeedOptions;

/** What is in a world, and what is to go wrong in it. */
export interface Plan {
	/** The devices' ids. */
	readonly devices: readonly string[];
	readonly faults: readonly NamedFault<string>[];
}

function specOfAny(options: AnySeedOptions): {
	readonly devices: readonly Pick<DeviceSpec, "config">[];
	readonly faults: readonly NamedFault<string>[];
} {
	switch (options.profile) {
		case undefined:
			return specOf(options);
		case "azure-iot-hub":
			return hubSpecOf(options);
		case "stadium":
			return stadiumSpecOf(options);
	}
}

/** The plan of a seed's world. @throws RangeError as `specOf` does */
export function planOf(options: AnySeedOptions): Plan {
	const { devices, faults } = specOfAny(options);
	return { devices: devices.map(({ config }) => config.id), faults };
}

/** Runs a seed's world. @param watch who hears of what happens, and where it is recorded */
export const runAnyWorld = (
	options: AnySeedOptions,
	watch: Pick<WorldSpec, "onLine" | "recording"> = {},
): Outcome => {
	switch (options.profile) {
		case undefined:
			return runWorld({ ...specOf(options), ...watch });
		case "azure-iot-hub":
			return runHubWorld({ ...hubSpecOf(options), ...watch });
		case "stadium":
			return runStadium({ ...stadiumSpecOf(options), ...watch });
	}
};

/** About how many faults are planned in a seed's world. */
export const expectedIn = (options: AnySeedOptions): number =>
	options.profile === "azure-iot-hub"
		? expectedFaults(options.faults, targetsOf(options), HUB_KINDS)
		: expectedFaults(options.faults, targetsOf(options));
