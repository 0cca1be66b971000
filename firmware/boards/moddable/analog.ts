import type { AnalogConstructor, Analog as AnalogInput, AnalogOptions } from "../../ecma-419.js";

/**
 * The SDK's analog input, which returns nothing when the converter is busy or fails: then the last
 * reading stands.
 */
export const createAnalog = (IO: AnalogConstructor): AnalogConstructor =>
	class Analog {
		readonly #input: AnalogInput;
		#last = 0;

		constructor(options: AnalogOptions) {
			this.#input = new IO(options);
		}

		get resolution(): number {
			return this.#input.resolution;
		}

		read(): number {
			const reading: number | undefined = this.#input.read();
			if (reading !== undefined) this.#last = reading;
			return this.#last;
		}

		close(): void {
			this.#input.close();
		}
	};
