import type { Config } from "../../firmware/config.js";
import { DEFAULT_SOURCE, openSource, type Source } from "../world/source.js";
import { SwitchedSource } from "../world/switched.js";
import { type Inputs, LIGHT, parseInputs } from "./inputs.js";
import type { DeviceOptions } from "./options.js";

/** Milliseconds between two looks of a device at its sensors when somebody watches. */
const WATCHED_SAMPLE = 100;

/** A sensor that a person can move while the device runs. */
export interface Movable {
	/** Its name. */
	readonly sensor: string;
	readonly source: SwitchedSource;
}

/**
 * Makes the light of a device's inputs movable; without a sensor of light, what its first one measures. A
 * person may choose a day, too, whatever the command line says.
 */
export function makeMovable(
	inputs: Inputs,
	options: Pick<DeviceOptions, "light" | "sensor" | "lightScale" | "speed">,
	{ telemetry: { sensors } }: Config,
): { readonly inputs: Inputs; readonly movable: Movable } {
	const sensor = sensors.find(({ name }) => name === LIGHT) ?? (sensors[0] as (typeof sensors)[0]);
	const { name } = sensor;
	const kind = parseInputs(options, sensors).get(name)?.kind ?? "day";
	const sources = new Map<string, Source>([[kind, inputs.get(name) as Source]]);
	if (kind !== "day") {
		const day = openSource(DEFAULT_SOURCE, {
			...{ range: sensor, column: name, speed: options.speed, input: process.stdin },
			scale: name === LIGHT ? options.lightScale : undefined,
			onBadLine: () => {},
		});
		sources.set("day", day);
	}
	const source = new SwitchedSource({ minimum: sensor.minimum, maximum: sensor.maximum }, sources);
	return { inputs: new Map([...inputs, [name, source]]), movable: { sensor: name, source } };
}

/**
 * A configuration with which the LED follows a person's hand at once: the device looks often, and reports
 * what crosses the server's threshold; but as the configuration says, where it says so.
 */
export function lively(config: Config, threshold: number): Config {
	const { telemetry } = config;
	const { interval, sensors, sample = Math.min(WATCHED_SAMPLE, interval) } = telemetry;
	// Readings are whole numbers: what is below a threshold is below the next whole one, too.
	const crossed = Math.ceil(threshold);
	// As the server sees it, it is the light; the device's is that of its first sensor.
	const isIts = sensors[0]?.name === LIGHT && Math.abs(crossed) <= FARTHEST;
	const at = telemetry.threshold ?? (isIts ? crossed : undefined);
	return { ...config, telemetry: { ...telemetry, sample, ...(at !== undefined && { threshold: at }) } };
}

/** The farthest threshold of a device's configuration. */
const FARTHEST = 1_000_000;
