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
 * Whether a storage works, so that a failure is told once, and not with each value that cannot be stored. It
 * works again when a value could be stored: a full disk lets go of values, and lists them.
 */
export class StorageHealth implements StorageObserver {
	#isFailing = false;
	#isTold = false;
	readonly #onWorking: () => void;

	/** @param onWorking hears that it works again, after a failure that was told */
	constructor(onWorking: () => void) {
		this.#onWorking = onWorking;
	}

	failed(): void {
		this.#isFailing = true;
	}

	written(): void {
		const isNews = this.#isTold;
		this.#isFailing = false;
		this.#isTold = false;
		if (isNews) this.#onWorking();
	}

	/** Whether a failure that the firmware reports is to be told: not while the storage goes on failing. */
	tell(): boolean {
		if (this.#isTold) return false;
		this.#isTold = this.#isFailing;
		return true;
	}
}
