/** Whether a device's storage keeps what it is given, by what the device told of it. */
export class StorageHealth {
	#switchedOn = 0;
	#fails = false;
	#isInMemory = false;

	/** Whether what is stored now may not be there when the power comes again. */
	get isUnsafe(): boolean {
		return this.#fails || this.#isInMemory;
	}

	/**
	 * The device told that it failed.
	 * @returns whether it was as the power came: what was stored could not be read, and until the power comes again
	 * nothing is
	 */
	failed(time: number): boolean {
		this.#fails = true;
		const isUnread = time === this.#switchedOn;
		this.#isInMemory ||= isUnread;
		return isUnread;
	}

	/** Nothing is wrong with it any more. */
	works(): void {
		this.#fails = false;
	}

	/** The power came. */
	powerCame(time: number): void {
		this.#switchedOn = time;
		this.#isInMemory = false;
	}
}
