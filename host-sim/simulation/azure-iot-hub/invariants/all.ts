import type { HubDeviceSpec } from "../variety.js";
import { Bounded } from "./bounded.js";
import { Calm } from "./calm.js";
import type { HubInvariant } from "./invariant.js";
import { KeptAtHub } from "./kept-at-hub.js";
import { Manners } from "./manners.js";
import { MessageIds } from "./message-ids.js";

/**
 * All that must hold in a world with a hub.
 * @param ledOf whether a device's LED is lit
 */
export const makeHubInvariants = (
	devices: readonly HubDeviceSpec[],
	_ledOf: (device: string) => boolean,
): readonly HubInvariant[] => {
	const configs = devices.map(({ config }) => config);
	return [new Manners(), new KeptAtHub(configs), new MessageIds(configs), new Calm(), new Bounded()];
};
