import type { Config } from "../../../firmware/config.js";
import type { Rule } from "../../../server/rule.js";
import type { Scenario } from "../stadium/scenarios.js";
import { Answered } from "./answered.js";
import { Bounded, LedAgrees, NeverStuck } from "./calm-devices.js";
import { CommandsArrive } from "./commands-arrive.js";
import { Counted } from "./counted.js";
import { Delivery } from "./delivery.js";
import { Drained } from "./drained.js";
import { Holds } from "./holds.js";
import type { Invariant } from "./invariant.js";
import { Kept } from "./kept.js";
import { Lit } from "./lit.js";
import { NewestOnly } from "./newest-only.js";
import { Obeyed } from "./obeyed.js";
import { OrderBook } from "./order-book.js";
import { OrdersEnd } from "./orders-end.js";
import { OrdersObeyed } from "./orders-obeyed.js";
import { OrdersSent } from "./orders-sent.js";
import { Pauses } from "./pauses.js";
import { Protocol } from "./protocol.js";
import { Readings } from "./readings.js";
import { Said } from "./said.js";
import { Settled } from "./settled.js";
import { StoredOnce } from "./stored-once.js";
import { Voted } from "./voted.js";
import { WhileItCounts } from "./while-it-counts.js";
import { Wills } from "./wills.js";

/**
 * All that must hold in a world.
 * @param configs of its devices, at first
 * @param rule of its server
 * @param changing the devices whose outbox is another one from start to start
 * @param stadium what happens in the stadium that it is, if it is one: its LEDs are not as each device's light is
 */
export const makeInvariants = (
	configs: readonly Config[],
	rule: Rule,
	changing: readonly string[] = [],
	stadium?: { readonly scenario: Scenario | undefined },
): readonly Invariant[] => {
	const kept = new Kept(configs);
	const book = new OrderBook(configs);
	const ofLesson = (make: () => Invariant[]) => (stadium === undefined ? make() : []);
	return [
		new NeverStuck(),
		...ofLesson(() => [new LedAgrees()]),
		new Lit(),
		new Said(),
		new Wills(configs),
		new Readings(configs),
		new Pauses(configs),
		new Delivery(configs, changing),
		new WhileItCounts(configs),
		kept,
		new StoredOnce(configs),
		new Drained(configs, kept.shelves),
		new Holds(configs),
		new CommandsArrive(configs),
		new Counted(configs),
		new Obeyed(configs),
		new OrdersEnd(book),
		new OrdersSent(book),
		new OrdersObeyed(configs, book),
		...ofLesson(() => [new NewestOnly(), new Answered(configs, rule)]),
		new Protocol(),
		new Settled(configs.map(({ id }) => id)),
		new Bounded(),
		...(stadium === undefined ? [] : [new Voted(stadium.scenario)]),
	];
};
