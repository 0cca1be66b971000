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
	/** The device loses its power at one of the next changes of its storage, for a while. */
	power: 4,
	/** Writing to the storage fails, for a while: it is full or broken. */
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
	/** Somebody sends the device what is no command. */
	nonsense: 20,
	/** Somebody else switches the LED, with any QoS, retained or not. */
	stranger: 10,
});

export type FaultName = keyof typeof DEFAULT_RATES;
/** Times an hour. */
export type FaultRates = Readonly<Record<FaultName, number>>;

export const FAULT_NAMES = Object.freeze(Object.keys(DEFAULT_RATES) as FaultName[]);

/** Nothing goes wrong. */
export const NO_FAULTS = Object.freeze(
	Object.fromEntries(FAULT_NAMES.map((name) => [name, 0])),
) as FaultRates;

/** The highest rate: once a second. */
export const MAX_RATE = 3600;

/** A fault file is not as it should be. The message has the line, what is wrong and what is allowed. */
export class FaultFileError extends Error {
	override readonly name = "FaultFileError";
}

/**
 * Reads a fault file: a JSON object from the names of faults to times an hour, from 0 to 3600. What it
 * does not name does not happen.
 * @throws FaultFileError for what is no such object
 */
export function parseFaults(text: string): FaultRates {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		throw new FaultFileError(`no JSON: ${(error as Error).message}`);
	}
	if (typeof value !== "object" || value === null || Array.isArray(value)) {
		throw new FaultFileError('line 1: not an object such as {"reset": 6}');
	}
	const rates = { ...NO_FAULTS } as Record<FaultName, number>;
	for (const [name, rate] of Object.entries(value)) {
		const where = `line ${lineOf(text, name)}: `;
		if (!isFault(name)) {
			throw new FaultFileError(`${where}no fault "${name}"; there are ${FAULT_NAMES.join(", ")}`);
		}
		if (typeof rate !== "number" || !(rate >= 0 && rate <= MAX_RATE)) {
			throw new FaultFileError(
				`${where}${name}: ${JSON.stringify(rate)} is no rate; from 0 to ${MAX_RATE} times an hour`,
			);
		}
		rates[name] = rate;
	}
	return rates;
}

const isFault = (name: string): name is FaultName => Object.hasOwn(DEFAULT_RATES, name);

/** The line on which a name stands first, as a member's name. */
function lineOf(text: string, name: string): number {
	const key = JSON.stringify(name);
	for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + 1)) {
		if (/^\s*:/.test(text.slice(at + key.length))) return text.slice(0, at).split("\n").length;
	}
	return 1;
}
