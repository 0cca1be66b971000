import type { Config } from "../../../firmware/config.js";
import type { Rule } from "../../../server/rule.js";
import { Answered } from "./answered.js";
import { Bounded, LedAgrees, NeverStuck } from "./calm-devices.js";
import { CommandsArrive } from "./commands-arrive.js";
import { Counted } from "./counted.js";
import { Delivery } from "./delivery.js";
import type { Invariant } from "./invariant.js";
import { Lit } from "./lit.js";
import { Obeyed } from "./obeyed.js";
import { Pauses } from "./pauses.js";
import { Protocol } from "./protocol.js";
import { Readings } from "./readings.js";
import { Said } from "./said.js";
import { Settled } from "./settled.js";
import { Wills } from "./wills.js";

/** All that must hold in a world of these devices, whose server has this rule. */
export const makeInvariants = (configs: readonly Config[], rule: Rule): readonly Invariant[] => [
	new NeverStuck(),
	new LedAgrees(),
	new Lit(),
	new Said(),
	new Wills(configs),
	new Readings(configs),
	new Pauses(configs),
	new Delivery(configs),
	new CommandsArrive(configs),
	new Counted(configs),
	new Obeyed(configs),
	new Answered(configs, rule),
	new Protocol(),
	new Settled(configs.map(({ id }) => id)),
	new Bounded(),
];
