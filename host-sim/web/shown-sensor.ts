import { measuredBy, NO_READINGS, type Telemetry } from "../../server/telemetry.js";

/**
 * Finds in a device's messages what the page calls its light: what the sensor `light` has measured, or, of a device that
 * never had one, its first sensor.
 */
export class ShownSensor {
	#name: string | undefined;

	/** @param name of the sensor, where it is known */
	constructor(name?: string) {
		this.#name = name;
	}

	/** Its name; `undefined` while that is not known. */
	get name(): string | undefined {
		return this.#name;
	}

	/** What it has measured; `undefined` if a message does not say. */
	read(reading: Telemetry): number | undefined {
		if (measuredBy(reading, "light") !== undefined) this.#name ??= "light";
		this.#name ??= Object.keys(reading).find(
			(name) => !NO_READINGS.includes(name) && measuredBy(reading, name) !== undefined,
		);
		return this.#name === undefined ? undefined : measuredBy(reading, this.#name);
	}
}
