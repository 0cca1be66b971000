/** The time between switching a device on and its end. What the firmware does without power has no effect. */
export class Power {
	isOn = true;

	/** Calls into the firmware, if there is power. */
	turn(callback: () => void): void {
		if (this.isOn) callback();
	}
}
