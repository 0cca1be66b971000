import { MemoryStore } from "../../../server/store/memory.js";
import type { Progress, Row, Store } from "../../../server/store/store.js";

/** The store of a world's server, which outlives it: somebody hears of each commit. */
export class WatchedStore implements Store {
	readonly keepsAll = true;
	readonly #onCommit: (rows: readonly Row[]) => void;
	readonly #memory = new MemoryStore();

	/** @param onCommit hears what is stored, in this order */
	constructor(onCommit: (rows: readonly Row[]) => void) {
		this.#onCommit = onCommit;
	}

	through(device: string, stream: string): number | undefined {
		return this.#memory.through(device, stream);
	}

	commit(rows: readonly Row[], progress: readonly Progress[]): void {
		this.#memory.commit(rows, progress);
		this.#onCommit(rows);
	}

	close(): void {}
}
