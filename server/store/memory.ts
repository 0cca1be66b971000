import { MemoryOrders } from "./memory-orders.js";
import type { OrderChanges } from "./order-store.js";
import type { Progress, Row, Store } from "./store.js";

/** How many streams are remembered: anybody can make up ids. */
const MOST = 10_000;

/** What a store in memory is made for. */
export interface MemoryOptions {
	/** Takes each reading that is committed; left out: readings are not kept. */
	readonly keep?: ((row: Row) => void) | undefined;
	/** How many streams are remembered; 10,000 if left out. */
	readonly most?: number;
}

/**
 * A store that lasts as long as the process, or as a test holds it. It knows only what was committed, so a server that
 * starts with the one of another is as after a crash. Of too many streams it forgets the one that was silent for
 * longest, which is then as new.
 */
export class MemoryStore implements Store {
	readonly orders = new MemoryOrders();
	readonly #keep: MemoryOptions["keep"];
	readonly #most: number;
	/** By device and stream; those that had news last are last. */
	readonly #through = new Map<string, number>();

	constructor({ keep, most = MOST }: MemoryOptions = {}) {
		this.#keep = keep;
		this.#most = most;
	}

	get keepsAll(): boolean {
		return this.#keep !== undefined;
	}

	through(device: string, stream: string): number | undefined {
		return this.#through.get(`${device} ${stream}`);
	}

	commit(rows: readonly Row[], progress: readonly Progress[], orders?: OrderChanges): void {
		if (orders !== undefined) this.orders.commit(orders);
		if (this.#keep !== undefined) for (const row of rows) this.#keep(row);
		for (const { device, stream, through } of progress) {
			const key = `${device} ${stream}`;
			this.#through.delete(key);
			this.#through.set(key, through);
			if (this.#through.size <= this.#most) continue;
			const [oldest] = this.#through.keys();
			this.#through.delete(oldest as string);
		}
	}

	close(): void {}
}
