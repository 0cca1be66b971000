import type { Analog, AnalogConstructor, Digital, DigitalConstructor } from "../../../firmware/ecma-419.js";

/** Pin names; `light` is the sensor's. */
export const PINS = Object.freeze({ light: "light", led: "led" });

const RESOLUTION = 10;

/** What the board's hardware is connected to. */
export interface Surroundings {
	/** The sensor's reading: an integer from 0 to 1023. */
	readonly light: number;
	/** The LED was switched; `undefined`: it is not driven any more. */
	setLed(on: boolean | undefined): void;
}

/** An analog input on the light sensor (ECMA-419 §10). */
export const analogOf = (around: Surroundings): AnalogConstructor =>
	class implements Analog {
		readonly resolution = RESOLUTION;
		read(): number {
			return around.light;
		}
		close(): void {}
	};

/** A digital output on the LED (ECMA-419 §10). */
export const digitalOf = (around: Surroundings): DigitalConstructor =>
	class implements Digital {
		static readonly Output = 8;
		constructor({ initialValue = 0 }: { initialValue?: 0 | 1 }) {
			around.setLed(initialValue === 1);
		}
		write(value: 0 | 1): void {
			around.setLed(value === 1);
		}
		close(): void {
			around.setLed(undefined);
		}
	};
