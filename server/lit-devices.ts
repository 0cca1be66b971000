/** How many devices are remembered; an id has up to 64 characters, so it is about a megabyte. */
const MOST = 10_000;

/**
 * The devices whose last command said that the LED is on. Anybody can make up
 * ids, so it keeps a limited number: of too many, the one that was silent for
 * longest is forgotten, which switches its LED at most once too often.
 */
export class LitDevices {
	readonly #most: number;
	/** In the order in which they were last heard of. */
	readonly #ids = new Set<string>();

	/** @param most how many are remembered; 10,000 if left out */
	constructor(most = MOST) {
		this.#most = most;
	}

	/** How many are remembered. */
	get size(): number {
		return this.#ids.size;
	}

	has(id: string): boolean {
		return this.#ids.has(id);
	}

	/** Notes what the last command to a device says. */
	set(id: string, isOn: boolean): void {
		this.#ids.delete(id);
		if (!isOn) return;
		this.#ids.add(id);
		if (this.#ids.size <= this.#most) return;
		const [oldest] = this.#ids;
		this.#ids.delete(oldest as string);
	}
}
