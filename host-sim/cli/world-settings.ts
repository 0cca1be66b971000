import { parseConfig } from "../../firmware/config.js";
import { hubConfigOf } from "../simulation/azure-iot-hub/variety.js";
import type { SeedOptions, Sources } from "../simulation/seed.js";
import { configOf, type Settings } from "../simulation/variety.js";
import type { SourceChoice } from "../world/source.js";
import { readConfigFile } from "./config-file.js";
import { lineIn, pinProblems } from "./config-problems.js";
import { usage } from "./failure.js";
import { parseInputs } from "./inputs.js";
import type { InputOptions } from "./options.js";

/** What the command line says of each device of a world. */
export interface WorldOptions extends InputOptions {
	readonly config?: string;
}

/**
 * What the devices of a world are set to besides what the seed chooses, and what their sensors measure.
 * Which device it is, its broker, its login and its certificates are the world's own.
 * @throws Failure for a configuration or a source that cannot be used
 */
export function readWorldSettings(
	options: WorldOptions,
	profile: "mqtt" | "azure-iot-hub" | "stadium" = "mqtt",
): Pick<SeedOptions, "settings" | "sources"> {
	const settings = options.config === undefined ? {} : settingsIn(options.config, profile);
	const { sensors } = configOf("d1", settings).telemetry;
	const choices = [...parseInputs(options, sensors)].map(([name, choice]) => [name, timed(choice)] as const);
	return { settings, sources: Object.fromEntries(choices) satisfies Sources };
}

function settingsIn(name: string, profile: "mqtt" | "azure-iot-hub" | "stadium"): Settings {
	const file = readConfigFile(name);
	const { id, broker, tls, ...own } = file.values;
	const settings: Settings = { ...own, ...(isObject(own.mqtt) && { mqtt: withoutLogin(own.mqtt) }) };
	const parsed = parseConfig({ ...settings, id: "d1", broker: { host: "broker.world" } });
	const problems = parsed.kind === "valid" ? pinProblems(parsed.config) : parsed.problems;
	const lines = problems.map((problem) => lineIn(file, problem));
	if (lines.length + file.mistakes.length > 0) throw usage(...file.mistakes, ...lines);
	try {
		configOf("d1", settings);
		// Whatever a seed chooses besides, all of this is there.
		if (profile === "azure-iot-hub") hubConfigOf("HostName=hub;DeviceId=d1;x509=true", settings);
		return settings;
	} catch (error) {
		if (error instanceof RangeError) throw usage(`${file.place("telemetry.sensors")}: ${error.message}`);
		throw error;
	}
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === "object" && value !== null && !Array.isArray(value);

function withoutLogin({
	clientId,
	username,
	password,
	...others
}: Readonly<Record<string, unknown>>): object {
	return others;
}

/** @throws Failure for standard input, which knows no virtual time */
function timed(choice: SourceChoice): Exclude<SourceChoice, { readonly kind: "input" }> {
	if (choice.kind !== "input") return choice;
	throw usage("standard input has no place in virtual time: give a number, day, day:SECONDS or csv:FILE");
}
