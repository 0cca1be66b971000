import type { Analog, AnalogConstructor, HostProvider, PinSpecifier } from "../ecma-419.js";
import { pinOf } from "./pin.js";
import { scaleReading } from "./scale.js";

/** A sensor on an analog input. */
export class AnalogSensor {
	readonly #input: Analog;

	/** @throws what the IO class throws, for a pin that is in use, say */
	constructor({ io: IO, pin }: { io: AnalogConstructor; pin: PinSpecifier }) {
		this.#input = new IO({ pin });
	}

	/** The present reading, 0 to 1023. */
	read(): number {
		return scaleReading(this.#input.read(), this.#input.resolution);
	}

	close(): void {
		this.#input.close();
	}
}

/** The sensors of one device, by name. */
export class AnalogSensors {
	readonly #sensors: readonly { name: string; sensor: AnalogSensor }[];

	/** @throws RangeError when the board has no pin of a name in `sensors` */
	constructor(device: HostProvider, sensors: readonly { name: string; pin: string }[]) {
		this.#sensors = sensors.map(({ name, pin }) => {
			return { name, sensor: new AnalogSensor({ io: device.io.Analog, pin: pinOf(device, pin) }) };
		});
	}

	/** The present reading of each, 0 to 1023. */
	read(): Record<string, number> {
		const readings: Record<string, number> = {};
		for (const { name, sensor } of this.#sensors) readings[name] = sensor.read();
		return readings;
	}

	close(): void {
		for (const { sensor } of this.#sensors) sensor.close();
	}
}
