import type { Readable } from "node:stream";
import type { Config } from "../../firmware/config.js";
import { InputError } from "../world/errors.js";
import { DEFAULT_SOURCE, openSource, parseSource, type Source, type SourceChoice } from "../world/source.js";
import { usage } from "./failure.js";
import type { DeviceOptions, InputOptions } from "./options.js";
import type { Output } from "./output.js";

type Sensor = Config["telemetry"]["sensors"][number];

/** The sensor that `--light` and `--light-scale` are for. */
export const LIGHT = "light";

/** What the sensors of a device measure, by the sensor's name. */
export type Inputs = ReadonlyMap<string, Source>;

/** The option that names the source of a sensor, as the user gave it. */
const optionOf = (name: string, { light }: InputOptions): string =>
	name === LIGHT && light !== undefined ? "--light" : `--sensor ${name}`;

/**
 * The sources that the options name, by the sensor's name; opens nothing.
 * @throws Failure for what is no source, for two sources of a sensor, for a sensor that there is not, and for
 * two sensors on standard input
 */
export function parseInputs(
	options: InputOptions,
	sensors: readonly Sensor[],
): ReadonlyMap<string, SourceChoice> {
	const texts = new Map(options.sensor);
	if (options.light !== undefined) {
		if (texts.has(LIGHT)) throw usage("--light and --sensor light= name the same sensor: give one of them");
		texts.set(LIGHT, options.light);
	}
	const choices = new Map<string, SourceChoice>();
	for (const [name, text] of texts) {
		const option = optionOf(name, options);
		const sensor = sensors.find((one) => one.name === name);
		if (sensor === undefined) {
			const known = sensors.map((one) => one.name).join(", ");
			throw usage(`${option}: there is no sensor "${name}"; the configuration has ${known}`);
		}
		choices.set(
			name,
			explained(option, () => parseSource(text, sensor)),
		);
	}
	const onInput = [...choices].filter(([, { kind }]) => kind === "input").map(([name]) => name);
	if (onInput.length > 1) throw usage(`standard input is for one sensor, not for ${onInput.join(" and ")}`);
	return choices;
}

/**
 * Opens the source of each sensor: what the options name, or a day.
 * @throws Failure for one that cannot be used
 */
export function openInputs(
	options: InputOptions & Partial<Pick<DeviceOptions, "lightScale" | "speed">>,
	sensors: readonly Sensor[],
	output: Pick<Output, "log">,
	input: Readable = process.stdin,
): Inputs {
	const choices = parseInputs(options, sensors);
	const open = (sensor: Sensor): readonly [string, Source] => {
		const { name } = sensor;
		const source = explained(optionOf(name, options), () =>
			openSource(choices.get(name) ?? DEFAULT_SOURCE, {
				...{ range: sensor, column: name, speed: options.speed, input },
				scale: name === LIGHT ? options.lightScale : undefined,
				onBadLine: ({ line, reason }) => output.log(`standard input, line ${line}: ${reason}`),
			}),
		);
		return [name, source];
	};
	return new Map(sensors.map(open));
}

/** What another device of the same home measures, of whose first day a share (0 up to 1) is over. */
export const later = (inputs: Inputs, share: number): Inputs =>
	new Map([...inputs].map(([name, source]) => [name, source.later?.(share) ?? source]));

/** Does something with what an option says. @throws Failure that names the option */
function explained<T>(option: string, act: () => T): T {
	try {
		return act();
	} catch (error) {
		if (error instanceof InputError) throw usage(`${option}: ${error.message}`);
		throw error;
	}
}
