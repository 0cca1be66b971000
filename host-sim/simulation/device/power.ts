/** The time between switching a device on and its end. What the firmware does without power has no effect. */
export class Power {
	isOn = true;
	readonly #onTurn: () => void;

	/** @param onTurn is called before each turn of the firmware */
	constructor(onTurn: () => void) {
		this.#onTurn = onTurn;
	}

	/**
	 * Calls into the firmware, if there is power.
	 * @throws what the firmware throws, unless the power has gone meanwhile
	 */
	turn(callback: () => void): void {
		if (!this.isOn) return;
		this.#onTurn();
		try {
			callback();
		} catch (error) {
			if (this.isOn) throw error;
		}
	}
}
