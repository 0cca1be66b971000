import { createHash, randomInt, timingSafeEqual } from "node:crypto";
import { HttpError } from "./http.js";

/** What the keys that we make consist of: letters that nobody takes for others, on the first page of a phone's keyboard. */
const LETTERS = "abcdefghjkmnopqrstuvwxyz";

/** Letters of such a key, and of a group: 24 to the 9th are 41 bits. */
const LENGTH = 9;
const GROUP = 3;

/** How many characters a key may have. */
export const KEY_LENGTH = Object.freeze({ least: 8, most: 200 });

/** Wrong keys in a row after which none is taken for a while. */
const MOST_WRONG = 5;

/** Milliseconds of the first pause; each one doubles, up to the last. */
const FIRST_PAUSE = 30_000;
const LAST_PAUSE = 3_600_000;

/** A new key that can be typed on a phone, such as `fkx-wqt-abm`: 41 bits of chance. */
export function makeKey(): string {
	const letters = Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]);
	return letters.join("").replace(new RegExp(`.{${GROUP}}(?=.)`, "g"), "$&-");
}

/** What counts of a key: not its capitals, spaces and hyphens, which phones set as they like. */
export const plainKey = (key: string): string =>
	key
		.normalize("NFKC")
		.toLowerCase()
		.replace(/[\s\p{Pd}]/gu, "");

const digest = (key: string): Buffer => createHash("sha256").update(plainKey(key)).digest();

/** What a guard is made of. */
export interface GuardOptions {
	readonly key: string;
	/** Hears that keys are being tried: who was the last, and how many milliseconds none is taken. */
	readonly onPause?: ((from: string, pause: number) => void) | undefined;
	/** Milliseconds of a clock that goes on evenly; that of the system if left out. */
	readonly now?: () => number;
}

/** Knows the key, and lets nobody guess it: after five wrong ones, whoever gave them, none is taken for a while. */
export class KeyGuard {
	readonly #key: Buffer;
	readonly #onPause: GuardOptions["onPause"];
	readonly #now: () => number;
	#wrong = 0;
	#pause = FIRST_PAUSE;
	#closedUntil = Number.NEGATIVE_INFINITY;

	constructor({ key, onPause, now = () => performance.now() }: GuardOptions) {
		this.#key = digest(key);
		this.#onPause = onPause;
		this.#now = now;
	}

	/**
	 * @param given what somebody takes for the key
	 * @param from the address that it came from
	 * @throws HttpError when it is wrong (401), or none is taken now (429)
	 */
	check(given: string, from: string): void {
		const left = this.#closedUntil - this.#now();
		if (left > 0) throw closed(left);
		// It takes as long however much of it is right.
		if (timingSafeEqual(digest(given), this.#key)) {
			this.#wrong = 0;
			this.#pause = FIRST_PAUSE;
			return;
		}
		this.#wrong++;
		if (this.#wrong < MOST_WRONG) throw new HttpError(401, "this is not the key");
		const pause = this.#pause;
		this.#wrong = 0;
		this.#closedUntil = this.#now() + pause;
		this.#pause = Math.min(pause * 2, LAST_PAUSE);
		this.#onPause?.(from, pause);
		throw closed(pause);
	}
}

function closed(left: number): HttpError {
	const seconds = Math.ceil(left / 1000);
	const reason = `too many wrong keys: none is taken for ${seconds} s`;
	return new HttpError(429, reason, { "Retry-After": `${seconds}` });
}

/** The key in a body. @throws HttpError when there is none */
export function readKey(body: string): string {
	try {
		const { key } = JSON.parse(body);
		if (typeof key === "string" && key.length <= 2 * KEY_LENGTH.most) return key;
	} catch {
		// It is no JSON object.
	}
	throw new HttpError(400, `key: wants a text of at most ${2 * KEY_LENGTH.most} characters`);
}
