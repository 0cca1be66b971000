import type { Action, Message } from "./action.js";
import type { Progress } from "./store/store.js";
import type { Topics } from "./topics.js";

/** Which server says it. Of two with the same name the one that began later goes on. */
export interface ServerIdentity {
	/** 1 to 32 of letters, digits, `.`, `_`, `-`. */
	readonly name: string;
	/** When it began, in milliseconds since 1970. */
	readonly since: number;
}

/** The name of a server when nothing else is said. */
export const DEFAULT_NAME = "nightlight";

const NAME = /^[A-Za-z0-9._-]{1,32}$/;

/** Whether a text can be a server's name. */
export const isServerName = (text: string): boolean => NAME.test(text);

/** Clocks of two servers differ by so many milliseconds at most; who began later than that is not believed. */
const MOST_SKEW = 86_400_000;

/** Bytes of the longest message that is looked at. */
const LONGEST = 512;

/**
 * Since when another server with our name answers; `undefined` if a message does not say that one began later than we.
 * @param now milliseconds since 1970
 */
function newerNamesake(payload: Uint8Array, own: ServerIdentity, now: number): number | undefined {
	if (payload.length > LONGEST) return undefined;
	let value: unknown;
	try {
		value = JSON.parse(new TextDecoder().decode(payload));
	} catch {
		return undefined;
	}
	const { by, since } = Object(value) as { by?: unknown; since?: unknown };
	if (by !== own.name || !Number.isSafeInteger(since)) return undefined;
	const began = Number(since);
	return began > own.since && began <= now + MOST_SKEW ? began : undefined;
}

/**
 * Tells devices which of their readings are stored, and hears what other servers tell them: of two with one name, the
 * one that began first stops, so that a server that was started anew, and perhaps elsewhere, takes over.
 */
export class Acknowledger {
	readonly #own: ServerIdentity;
	readonly #topics: Topics;
	readonly #observes: boolean;
	#isSuperseded = false;

	/**
	 * @param observes it tells and hears nothing
	 * @throws RangeError for a name that is none
	 */
	constructor(own: ServerIdentity, topics: Topics, observes: boolean) {
		if (!isServerName(own.name)) throw new RangeError("name: 1 to 32 of letters, digits, ., _, -");
		this.#own = own;
		this.#topics = topics;
		this.#observes = observes;
	}

	/** Where the other servers are heard. */
	get filters(): readonly string[] {
		return this.#observes ? [] : this.#topics.ackFilters;
	}

	/** Whether this server answers devices. */
	get isAnswering(): boolean {
		return !this.#observes && !this.#isSuperseded;
	}

	/** What to publish of a stream; nothing if this server does not answer. */
	acknowledge({ device, stream, through }: Progress): Action[] {
		const topic = this.#topics.acksOf(device);
		if (topic === undefined || !this.isAnswering) return [];
		const { name, since } = this.#own;
		const body = JSON.stringify({ stream, through, by: name, since });
		return [{ kind: "ack", device, stream, through, topic, body }];
	}

	/**
	 * Takes what a server, perhaps this one, has told a device.
	 * @param now milliseconds since 1970
	 */
	hear({ payload, retain }: Message, now: number): Action[] {
		const since = retain || !this.isAnswering ? undefined : newerNamesake(payload, this.#own, now);
		if (since === undefined) return [];
		this.#isSuperseded = true;
		return [{ kind: "superseded", name: this.#own.name, since }];
	}
}
