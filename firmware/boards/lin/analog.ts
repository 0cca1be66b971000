import files from "embedded:storage/files";
import type { Analog as AnalogInput, AnalogOptions } from "../../ecma-419.js";
import { readUtf8 } from "../../mqtt/utf8.js";
import { readFile } from "./file.js";
import pins from "./pins.js";
import sensors from "./sensors.js";
import settings from "./settings.js";

/** Bits enough that each value of a sensor's range is read as it is: at most 2,000,001. */
const RESOLUTION = 24;

type Sensor = (typeof sensors)[number];

/**
 * An analog input that reads the file with the sensor's name, at each reading: a number in the sensor's unit.
 * Without one it is what the settings say of that name (a number, `light` say), or the middle of the range.
 */
export default class Analog implements AnalogInput {
	readonly resolution = RESOLUTION;
	readonly #sensor: Sensor;

	/** @throws RangeError when no sensor is on this pin */
	constructor({ pin }: AnalogOptions) {
		const sensor = sensors.find((one) => pins[one.pin] === pin);
		if (sensor === undefined) throw new RangeError(`no sensor on pin ${pin}`);
		this.#sensor = sensor;
	}

	read(): number {
		const { minimum, maximum } = this.#sensor;
		const fraction = (this.#level() - minimum) / (maximum - minimum);
		return Math.round(Math.min(1, Math.max(0, fraction)) * (2 ** RESOLUTION - 1));
	}

	close(): void {}

	/** What the sensor measures, in its unit. */
	#level(): number {
		const { name, minimum, maximum } = this.#sensor;
		const content = readFile(files, name);
		if (content !== undefined) {
			const level = Number.parseFloat(readUtf8(new Uint8Array(content)) ?? "");
			if (Number.isFinite(level)) return level;
		}
		const level = settings[name];
		return typeof level === "number" ? level : (minimum + maximum) / 2;
	}
}
