import type { Analog, AnalogConstructor, HostProvider, PinSpecifier } from "../ecma-419.js";
import { pinOf } from "./pin.js";
import { type Range, scaleReading } from "./scale.js";

/** A sensor whose voltage rises in proportion with what it measures, on an analog input. */
export class AnalogSensor {
	readonly #input: Analog;
	readonly #range: Range;

	/**
	 * @param range what it measures at no voltage and at full scale, in its unit
	 * @throws what the IO class throws, for a pin that is in use, say
	 */
	constructor({ io: IO, pin }: { io: AnalogConstructor; pin: PinSpecifier }, range: Range) {
		this.#input = new IO({ pin });
		this.#range = range;
	}

	/** The present reading: a whole number from the range's minimum to its maximum. */
	read(): number {
		return scaleReading(this.#input.read(), this.#input.resolution, this.#range);
	}

	close(): void {
		this.#input.close();
	}
}

/** The sensors of one device, by name. */
export class AnalogSensors {
	readonly #sensors: readonly { name: string; sensor: AnalogSensor }[];

	/** @throws RangeError when the board has no pin of a name in `sensors` */
	constructor(device: HostProvider, sensors: readonly (Range & { name: string; pin: string })[]) {
		this.#sensors = sensors.map((range) => {
			const pin = pinOf(device, range.pin);
			return { name: range.name, sensor: new AnalogSensor({ io: device.io.Analog, pin }, range) };
		});
	}

	/** The present reading of each, in its unit. */
	read(): Record<string, number> {
		const readings: Record<string, number> = {};
		const sensors = this.#sensors;
		// No iterator: it takes slots at each reading.
		for (let index = 0; index < sensors.length; index++) {
			const one = sensors[index] as (typeof sensors)[number];
			readings[one.name] = one.sensor.read();
		}
		return readings;
	}

	close(): void {
		for (const { sensor } of this.#sensors) sensor.close();
	}
}
