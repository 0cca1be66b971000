/** Hears how a storage does. */
export interface StorageObserver {
	/** An operation failed: a full disk, a folder that is gone. */
	failed(): void;
	/** A value is stored, durably. */
	written(): void;
	/** A value is about to be stored. What it throws is taken for the disk's own error. */
	writing?(): void;
}

/**
 * Whether the storages of a device work, so that a failure is told once, and not with each value that cannot be
 * stored. They work again when each that failed could store something: a full disk lets go of values, and lists them.
 */
export class StorageHealth {
	readonly #failing = new Set<StorageObserver>();
	#isTold = false;
	readonly #onWorking: () => void;

	/** @param onWorking hears that they work again, after a failure that was told */
	constructor(onWorking: () => void) {
		this.#onWorking = onWorking;
	}

	/** An observer for one of the storages. */
	observer(): StorageObserver {
		const observer: StorageObserver = {
			failed: () => this.#failing.add(observer),
			written: () => this.#written(observer),
		};
		return observer;
	}

	/** Whether a failure that the firmware reports is to be told: not while a storage goes on failing. */
	tell(): boolean {
		if (this.#isTold) return false;
		this.#isTold = this.#failing.size > 0;
		return true;
	}

	#written(observer: StorageObserver): void {
		this.#failing.delete(observer);
		if (this.#failing.size > 0) return;
		const isNews = this.#isTold;
		this.#isTold = false;
		if (isNews) this.#onWorking();
	}
}
