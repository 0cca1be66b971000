import files from "embedded:storage/files";
import type { Analog as AnalogInput } from "../../ecma-419.js";
import { readUtf8 } from "../../mqtt/utf8.js";
import { readFile } from "./file.js";
import settings from "./settings.js";

/** The file in the board's folder that holds the present light, 0 to 1023; it need not be there. */
const FILE = "light";

/** Half of the scale: what is read where nobody says how light it is. */
const UNKNOWN_LIGHT = 512;

const isReading = (value: unknown): value is number =>
	typeof value === "number" && value >= 0 && value <= 1023 && value % 1 === 0;

/** An analog input that reads a file, at each reading, or the constant `light` of the settings. */
export default class Analog implements AnalogInput {
	readonly resolution = 10;

	read(): number {
		const content = readFile(files, FILE);
		if (content !== undefined) {
			const reading = Number.parseInt(readUtf8(new Uint8Array(content)) ?? "", 10);
			if (isReading(reading)) return reading;
		}
		return isReading(settings.light) ? settings.light : UNKNOWN_LIGHT;
	}

	close(): void {}
}
