import { HOUR, type NamedFault, planFaults } from "../faults/plan.js";
import { Random } from "../random.js";
import { changeReadings, named, type Outcome, runToEnd, type SeedOptions, targetsOf } from "../seed.js";
import type { WorldSpec } from "../world.js";
import { HUB_KINDS, type HubFault, type HubRates } from "./faults.js";
import { hubDeviceOf } from "./variety.js";
import { HubWorld, type HubWorldSpec } from "./world.js";

/** A world with a hub that a seed chooses. */
export interface HubSeedOptions extends Omit<SeedOptions, "faults" | "profile"> {
	readonly profile: "azure-iot-hub";
	readonly faults: HubRates;
}

/** A world with a hub that a seed chose. */
export interface HubSeedSpec extends HubWorldSpec, Pick<SeedOptions, "sources"> {
	readonly faults: readonly NamedFault<HubFault>[];
	/** Virtual milliseconds. */
	readonly duration: number;
}

/**
 * The spec of a seed's world.
 * @throws RangeError when `only` names a fault that is not planned, and for settings that do not go with a hub
 */
export function hubSpecOf({ seed, only, settings = {}, sources, ...options }: HubSeedOptions): HubSeedSpec {
	const duration = options.hours * HOUR;
	const targets = targetsOf(options);
	const planned = planFaults(seed, options.faults, targets, HUB_KINDS);
	const faults = only === undefined ? planned : only.map((name) => named(planned, name));
	if (only !== undefined) faults.sort((one, other) => one.at - other.at);
	const devices = targets.devices.map((id) => {
		const wrap = faults.find(({ fault, target }) => fault === "tickWrap" && target === id);
		const ticks = wrap === undefined ? new Random(seed, `ticks ${id}`).below(2 ** 31) : 2 ** 32 - wrap.at;
		return hubDeviceOf(seed, id, settings, { duration, ticks });
	});
	return { seed, devices, faults, duration, sources };
}

/** Runs a world with a hub to its end, or to the first thing that does not hold. */
export const runHubWorld = (spec: HubSeedSpec & Pick<WorldSpec, "onLine" | "recording">): Outcome =>
	runToEnd(new HubWorld(spec, (begun) => changeReadings(begun, spec)), spec.duration);
