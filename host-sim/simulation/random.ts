/**
 * Numbers that follow from a seed alone, the same on every machine. Each part of a world has a source of
 * its own, named after it, so that one part's drawing does not change what another draws.
 */
export class Random {
	#a: number;
	#b: number;
	#c: number;
	#counter = 1;

	/**
	 * @param seed an integer from 0 to 2 ** 53 - 1
	 * @param name whose numbers these are
	 */
	constructor(seed: number, name: string) {
		this.#a = seed >>> 0;
		this.#b = Math.floor(seed / 2 ** 32) >>> 0;
		this.#c = hash(name);
		// The first numbers are still alike for seeds that are alike.
		for (let count = 0; count < 12; count++) this.#next();
	}

	/** From 0 up to, not including, 1. */
	readonly next = (): number => this.#next() / 2 ** 32;

	/** An integer from 0 up to, not including, `limit`, which is at most 2 ** 32. */
	below(limit: number): number {
		return Math.floor((this.#next() / 2 ** 32) * limit);
	}

	/** An integer from `least` to `most`. */
	between(least: number, most: number): number {
		return least + this.below(most - least + 1);
	}

	/** `true` with a probability from 0 to 1. */
	chance(probability: number): boolean {
		return probability > 0 && this.next() < probability;
	}

	/** One of `items`, of which there must be one. */
	pick<T>(items: readonly T[]): T {
		return items[this.below(items.length)] as T;
	}

	/** 32 bits (sfc32, of PractRand). */
	#next(): number {
		const sum = (this.#a + this.#b + this.#counter++) | 0;
		this.#a = this.#b ^ (this.#b >>> 9);
		this.#b = (this.#c + (this.#c << 3)) | 0;
		this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
		return sum >>> 0;
	}
}

/** 32 bits of a text (FNV-1a over its code units). */
function hash(text: string): number {
	let bits = 0x811c9dc5;
	for (let index = 0; index < text.length; index++) {
		bits = Math.imul(bits ^ text.charCodeAt(index), 0x01000193);
	}
	return bits >>> 0;
}
