import type {
	Analog,
	AnalogConstructor,
	AnalogOptions,
	Digital,
	DigitalConstructor,
} from "../../../firmware/ecma-419.js";
import { fractionOf, type Range, resolutionFor } from "../../io/converter.js";
import { type Pins, simulatedPins } from "../../pins.js";

/** What a sensor of a board is, as a configuration has it. */
export interface SensorSpec extends Range {
	readonly name: string;
	readonly pin: string;
}

/** What the board's hardware is connected to. */
export interface Surroundings {
	/** What a sensor measures, in its unit: an integer in its range. */
	measure(sensor: string): number;
	/** The LED was switched; `undefined`: it is not driven any more. */
	setLed(on: boolean | undefined): void;
}

/** A board with an LED and these sensors, each on a pin of its own. */
export class Board {
	readonly pin: Pins;
	/** Analog inputs (ECMA-419 §10). */
	readonly Analog: AnalogConstructor;
	/** A digital output on the LED (ECMA-419 §10). */
	readonly Digital: DigitalConstructor;

	constructor(sensors: readonly SensorSpec[], around: Surroundings) {
		const pin = simulatedPins(sensors.map((sensor) => sensor.pin));
		this.pin = pin;
		this.Analog = analogOf(new Map(sensors.map((sensor) => [pin[sensor.pin] as number, sensor])), around);
		this.Digital = digitalOf(around);
	}
}

function analogOf(sensors: ReadonlyMap<unknown, SensorSpec>, around: Surroundings): AnalogConstructor {
	const bits = resolutionFor([...sensors.values()]);
	return class implements Analog {
		readonly resolution = bits;
		readonly #sensor: SensorSpec;
		constructor({ pin }: AnalogOptions) {
			const sensor = sensors.get(pin);
			if (sensor === undefined) throw new RangeError(`no sensor on pin ${pin}`);
			this.#sensor = sensor;
		}
		read(): number {
			const sensor = this.#sensor;
			return Math.round(fractionOf(around.measure(sensor.name), sensor) * (2 ** bits - 1));
		}
		close(): void {}
	};
}

const digitalOf = (around: Surroundings): DigitalConstructor =>
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
