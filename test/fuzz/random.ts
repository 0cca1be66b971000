import { seededRandom } from "../support/virtual/random.js";

/** Values at which parsers change their mind. */
const EDGES = Object.freeze([0, 1, 2, 3, 4, 0x0a, 0x20, 0x3f, 0x7f, 0x80, 0x81, 0xbf, 0xc0, 0xf4, 0xff]);

/** Choices that follow from a seed alone. */
export class Random {
	readonly #next: () => number;

	constructor(seed: number) {
		this.#next = seededRandom(seed);
	}

	/** A whole number from 0 up to, not including, `limit`. */
	below(limit: number): number {
		return Math.floor(this.#next() * limit);
	}

	/** A whole number from 0 up to, not including, `limit`; small ones are likely. */
	small(limit: number): number {
		return Math.floor(this.#next() ** 3 * limit);
	}

	/** True with this probability. */
	chance(probability: number): boolean {
		return this.#next() < probability;
	}

	/** One of `choices`, each as likely as it is often in it. */
	pick<T>(choices: ArrayLike<T>): T {
		return choices[this.below(choices.length)] as T;
	}

	/** A byte, half the time one at which something changes. */
	byte(): number {
		return this.chance(0.5) ? this.pick(EDGES) : this.below(0x100);
	}

	bytes(length: number): Uint8Array {
		const bytes = new Uint8Array(length);
		for (let index = 0; index < length; index++) bytes[index] = this.byte();
		return bytes;
	}
}

/** The seed of one input: another one for each target and number. */
export function seedOf(seed: number, target: string, index: number): number {
	let hash = 0x811c9dc5 ^ seed;
	for (let at = 0; at < target.length; at++) hash = Math.imul(hash ^ target.charCodeAt(at), 0x01000193);
	hash = Math.imul(hash ^ index, 0x9e3779b1);
	hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
	return (hash ^ (hash >>> 13)) >>> 0;
}
