import type { HubDeviceSpec } from "../variety.js";
import { Bounded } from "./bounded.js";
import { Calm } from "./calm.js";
import { CloudMessages } from "./cloud-messages.js";
import { DesiredProperties } from "./desired.js";
import { HubPauses } from "./hub-pauses.js";
import { InForce } from "./in-force.js";
import type { HubInvariant } from "./invariant.js";
import { KeptAtHub } from "./kept-at-hub.js";
import { Manners } from "./manners.js";
import { MessageIds } from "./message-ids.js";
import { Methods } from "./methods.js";
import { Tokens } from "./tokens.js";

/**
 * All that must hold in a world with a hub.
 * @param ledOf whether a device's LED is lit
 */
export const makeHubInvariants = (
	devices: readonly HubDeviceSpec[],
	ledOf: (device: string) => boolean,
): readonly HubInvariant[] => {
	const configs = devices.map(({ config }) => config);
	return [
		new Calm(),
		new Manners(),
		new Tokens(devices),
		new HubPauses(devices),
		new KeptAtHub(configs),
		new MessageIds(configs),
		new CloudMessages(devices),
		new Methods(ledOf),
		new DesiredProperties(),
		new InForce(),
		new Bounded(),
	];
};
