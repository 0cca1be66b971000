import type { FaultKinds } from "../faults/plan.js";
import { DEFAULT_RATES, namesIn, noneOf } from "../faults/rates.js";

const { latency, jitter, split, reset, halfOpen, stall, refusal, hang, lookup, wifi } = DEFAULT_RATES;
const { power, storage, tickWrap } = DEFAULT_RATES;

/** What can go wrong in a world with a hub, and how often it does by default: times an hour, for each device. */
export const HUB_RATES = Object.freeze({
	...{ latency, jitter, split, reset, halfOpen, stall, refusal, hang, lookup, wifi },
	...{ power, storage, tickWrap },
	/** The wall clock is wrong by up to two hours, for a while. */
	clock: 2,
	/** The hub closes the connection. */
	kick: 6,
	/** Another client connects with the same identity, again and again, for a while. */
	rival: 2,
	/** The hub closes the connection on each message that comes, without an answer, for a while. */
	throttle: 2,
	/** The hub answers requests about the twin with 429, for a while. */
	throttleTwin: 3,
	/** The hub reads nothing more of a connection, and says nothing. */
	ignore: 2,
	/** The hub refuses CONNECT with any return code, for a while. */
	connack: 2,
	/** The hub forgets the session: subscriptions, and what is in flight. */
	forget: 2,
	/** The hub leaves some of its answers out, or delays them, for a while. */
	hubAnswers: 2,
	/** The hub closes all connections, and listens again after a while. */
	hubStop: 1,
	/** Somebody sends the device messages, calls methods or changes desired properties, which is no fault. */
	service: 60,
});

export type HubFault = keyof typeof HUB_RATES;
/** Times an hour. */
export type HubRates = Readonly<Record<HubFault, number>>;

export const HUB_FAULTS = namesIn(HUB_RATES);

/** Nothing goes wrong, and nobody wants anything of a device. */
export const NO_HUB_FAULTS: HubRates = noneOf(HUB_FAULTS);

const SECOND = 1000;
const AT_ONCE = Object.freeze({ targets: "devices", lasts: Object.freeze([0, 0] as const) });
const lasting = (seconds: number) =>
	Object.freeze({ targets: "devices", lasts: Object.freeze([SECOND, seconds * SECOND] as const) });

/** What each fault happens to, and how long it lasts. */
export const HUB_KINDS: FaultKinds<HubFault> = Object.freeze({
	latency: lasting(60),
	jitter: lasting(60),
	split: lasting(120),
	reset: AT_ONCE,
	halfOpen: AT_ONCE,
	stall: lasting(30),
	refusal: lasting(120),
	hang: lasting(120),
	lookup: lasting(120),
	wifi: lasting(120),
	power: lasting(60),
	storage: lasting(120),
	tickWrap: AT_ONCE,
	clock: lasting(120),
	kick: AT_ONCE,
	rival: lasting(180),
	throttle: lasting(60),
	throttleTwin: lasting(120),
	ignore: lasting(30),
	connack: lasting(120),
	forget: AT_ONCE,
	hubAnswers: lasting(30),
	hubStop: { targets: "broker", lasts: [SECOND, 60 * SECOND] },
	service: AT_ONCE,
});
