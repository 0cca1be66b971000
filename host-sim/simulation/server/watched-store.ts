import { MemoryStore } from "../../../server/store/memory.js";
import type { OrderChanges } from "../../../server/store/order-store.js";
import type { Progress, Row, Store } from "../../../server/store/store.js";

/** The store of a world's server, which outlives it: somebody hears of each commit. */
export class WatchedStore implements Store {
	readonly keepsAll = true;
	readonly #memory = new MemoryStore();
	readonly orders = this.#memory.orders;
	readonly #onCommit: (rows: readonly Row[]) => void;

	/** @param onCommit hears what is stored, in this order */
	constructor(onCommit: (rows: readonly Row[]) => void) {
		this.#onCommit = onCommit;
	}

	through(device: string, stream: string): number | undefined {
		return this.#memory.through(device, stream);
	}

	commit(rows: readonly Row[], progress: readonly Progress[], orders?: OrderChanges): void {
		this.#memory.commit(rows, progress, orders);
		this.#onCommit(rows);
	}

	close(): void {}
}
