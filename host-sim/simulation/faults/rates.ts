/** What can go wrong in a world, and how often it does by default: times an hour, for each it can happen to. */
export const DEFAULT_RATES = Object.freeze({
	/** Bytes take up to two seconds longer, for a while. */
	latency: 6,
	/** Each time they take another time, up to half a second. */
	jitter: 6,
	/** Most of what is sent arrives in two pieces. */
	split: 6,
	/** A connection breaks, and both sides learn of it. */
	reset: 6,
	/** A connection lets nothing through any more in one direction or both, and nobody learns of it. */
	halfOpen: 3,
	/** Nothing arrives for a while, from the middle of a packet on. */
	stall: 4,
	/** Connections are refused, for a while. */
	refusal: 3,
	/** Connections are neither opened nor refused, for a while. */
	hang: 3,
	/** Names are not found, or there is no answer, for a while. */
	lookup: 3,
	/** Wi-Fi is gone, for a while; the device may learn of it. */
	wifi: 3,
	/** The device loses its power at one of the next changes of its storage, or soon after it has sent something, for a while. */
	power: 4,
	/** The storage is full, or fails altogether, for a while. */
	storage: 2,
	/** The wall clock jumps by up to an hour, forwards or back. */
	clockStep: 2,
	/** The tick counter, 32 bits of milliseconds, wraps. At most once an hour. */
	tickWrap: 0.5,
	/** The broker answers some of the packets not at all, for a while. */
	lostAnswer: 2,
	/** The broker ends and starts again with what it knew. */
	crash: 2,
	/** The broker ends and starts again without what it knew. */
	amnesia: 1,
	/** The broker closes each connection as soon as it is made, for a while. */
	hangUp: 2,
	/** The broker closes the connection on each message that comes, for a while. */
	closeOnPublish: 1,
	/** The server ends without a word, and starts again after a while with what it had stored. */
	serverCrash: 2,
	/** Somebody sends the device what is no command, or the server what is no reading or an old one. */
	nonsense: 20,
	/** Somebody else switches the LED, with any QoS, retained or not. */
	stranger: 10,
	/** Somebody orders something of the device, or several things, which is no fault. */
	order: 30,
});

export type FaultName = keyof typeof DEFAULT_RATES;
/** Times an hour. */
export type FaultRates = Readonly<Record<FaultName, number>>;

export const FAULT_NAMES = namesIn(DEFAULT_RATES);

/** Nothing goes wrong. */
export const NO_FAULTS = noneOf(FAULT_NAMES);

/** The names in a table of faults. */
export function namesIn<Name extends string>(table: Readonly<Record<Name, unknown>>): readonly Name[] {
	return Object.freeze(Object.keys(table) as Name[]);
}

/** A rate of 0 for each of some faults. */
export function noneOf<Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> {
	return Object.freeze(Object.fromEntries(names.map((name) => [name, 0]))) as Readonly<Record<Name, number>>;
}

/** The highest rate: once a second. */
export const MAX_RATE = 3600;
