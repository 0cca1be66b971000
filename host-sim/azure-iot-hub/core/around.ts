import type { HubClock } from "./clock.js";
import type { HubEvent, Who } from "./events.js";
import type { HubFaults } from "./faults.js";
import type { HubLimits } from "./limits.js";
import type { Identity, Policy, Registry } from "./registry.js";

/** What all parts of a hub share. */
export interface Around {
	readonly clock: HubClock;
	/** 0 to below 1. */
	readonly random: () => number;
	readonly limits: HubLimits;
	readonly faults: HubFaults;
	readonly registry: Registry;
	/** Lower case. */
	readonly hostNames: readonly string[];
	readonly policies: readonly Policy[];
	readonly tell: (event: HubEvent) => void;
}

/** For an event: whom it is about. */
export const who = ({ device, module }: Identity): Who => ({
	device,
	...(module !== undefined && { module }),
});
