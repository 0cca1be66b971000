/** How many devices are remembered; an id has up to 64 characters, so it is about a megabyte. */
const MOST = 10_000;

/**
 * Devices of which something is known: that the last command said that the LED is on, or that the device is away.
 * Anybody can make up ids, so it keeps a limited number: of too many, the one that was silent for longest is
 * forgotten. That switches its LED at most once too often, or has an order sent to it while it is away.
 */
export class DeviceSet {
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

	/** Notes whether a device belongs to it. */
	set(id: string, isIn: boolean): void {
		this.#ids.delete(id);
		if (!isIn) return;
		this.#ids.add(id);
		if (this.#ids.size <= this.#most) return;
		const [oldest] = this.#ids;
		this.#ids.delete(oldest as string);
	}

	/** Forgets all. */
	clear(): void {
		this.#ids.clear();
	}
}
