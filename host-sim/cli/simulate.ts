import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import { HUB_RATES } from "../simulation/azure-iot-hub/faults.js";
import type { HubSeedOptions } from "../simulation/azure-iot-hub/seed.js";
import { FaultFileError, parseFaults } from "../simulation/faults/fault-file.js";
import { DEFAULT_RATES, namesIn, noneOf } from "../simulation/faults/rates.js";
import type { SeedOptions } from "../simulation/seed.js";
import type { StadiumSeedOptions } from "../simulation/stadium/stadium.js";
import { codeOf, usage } from "./failure.js";
import type { Lifecycle } from "./lifecycle.js";
import { withForce, withInputs } from "./options.js";
import { checkOutputs } from "./output-files.js";
import type { SimulateOptions } from "./simulate-options.js";

const EXAMPLES = `
Examples:
  nightlight simulate                                 an hour of three devices, with faults
  nightlight simulate --seeds 500                     500 such worlds, over all cores
  nightlight simulate --seed 42 --trace world.jsonl   all that happens, as JSON Lines in virtual time
  nightlight simulate --seed 42 --record world.jsonl  what its devices do, for nightlight replay
  nightlight simulate --profile azure-iot-hub         an hour of three devices at an Azure IoT Hub
  nightlight simulate --profile stadium --seeds 20 --hours 0.1    rules that seats vote by
  nightlight simulate --config room.json --sensor humidity=60 --trace world.jsonl
  nightlight simulate --faults faults.json            {"reset": 60, "power": 4}: times an hour`;

const whole = (least: number, most: number) => (text: string) => {
	const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
	if (value >= least && value <= most) return value;
	throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
};

const hours = (text: string) => {
	const value = /^(\d+\.?\d*|\.\d+)(e-?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
	if (value > 0 && value <= 8760) return value;
	throw new InvalidArgumentError("It must be a number above 0, up to 8760.");
};

const devices = (text: string): number | readonly string[] => {
	if (!text.startsWith("d")) return whole(1, 1000)(text);
	const ids = text.split(",");
	if (ids.every((id) => /^d[1-9]\d{0,2}$|^d1000$/.test(id)) && new Set(ids).size === ids.length) return ids;
	throw new InvalidArgumentError("It must be a whole number from 1 to 1000, or some of them, as d1,d3.");
};

const names = (text: string): readonly string[] => {
	const faults = text === "" ? [] : text.split(",");
	if (new Set(faults).size === faults.length) return faults;
	throw new InvalidArgumentError("It must name each fault once.");
};

/** `nightlight simulate` */
export const simulateCommand = (lifecycle: Lifecycle): Command =>
	withForce(withInputs(new Command("simulate"), "as the seed chooses"))
		.description("run seeded worlds in virtual time: devices, broker, server, and what goes wrong")
		.addOption(
			new Option("--seed <number>", "what the world follows from")
				.argParser(whole(0, Number.MAX_SAFE_INTEGER - 1_000_000))
				.default(1),
		)
		.addOption(
			new Option("--seeds <count>", "how many worlds to run, from --seed on").argParser(whole(1, 1_000_000)),
		)
		.addOption(new Option("--hours <hours>", "virtual hours").argParser(hours).default(1))
		.addOption(
			new Option(
				"--devices <devices>",
				"how many devices, or some of them, as d1,d3 (default: 3; a stadium's 20 seats and 3 masts)",
			).argParser(devices),
		)
		.addOption(
			new Option(
				"--profile <name>",
				"what the devices speak to: the broker and the server, Azure IoT Hub, or a server with rules for a stadium",
			)
				.choices(["mqtt", "azure-iot-hub", "stadium"])
				.default("mqtt"),
		)
		.option(
			"--faults <faults>",
			"default, none, or a JSON file with faults and how often they happen",
			"default",
		)
		.addOption(
			new Option(
				"--only <faults>",
				"of the faults planned only these, as reset:d2:3,crash:broker:1: what a failing world says",
			).argParser(names),
		)
		.option(
			"--config <file>",
			"what the devices are set to, as JSON; id, broker and login are the world's (default: as the seed chooses)",
		)
		.option("--trace <file>", "write what happens as JSON Lines (one world only)")
		.option("--record <file>", "write what its devices do, for nightlight replay (one world only)")
		.option("--keep-going", "go on after the first world in which something does not hold")
		.option("--json", "print a JSON object a line")
		.addHelpText("after", EXAMPLES)
		.action(async (options: SimulateOptions) => {
			if (options.trace !== undefined && options.seeds !== undefined) {
				throw usage("--trace goes with one world: leave --seeds out");
			}
			if (options.only !== undefined && options.seeds !== undefined) {
				throw usage("--only goes with one world: leave --seeds out");
			}
			if (options.record !== undefined && options.seeds !== undefined) {
				throw usage("--record goes with one world: leave --seeds out");
			}
			if (options.keepGoing === true && options.seeds === undefined) {
				throw usage("--keep-going goes with --seeds: one world ends with its first failure");
			}
			if (options.profile === "stadium" && (options.light ?? options.sensor) !== undefined) {
				throw usage("--light and --sensor are not for a stadium: its seed says what happens at the seats");
			}
			const faults = readFaults(options.faults, options.profile);
			checkOutputs(
				[
					{ name: "--record", file: options.record },
					{ name: "--trace", file: options.trace },
				],
				[
					{ name: "--faults", file: isNamed(options.faults) ? undefined : options.faults },
					{ name: "--config", file: options.config },
				],
				options.force,
			);
			const [{ simulate }, { readWorldSettings }] = await Promise.all([
				import("./run-simulate.js"),
				import("./world-settings.js"),
			]);
			const settings = readWorldSettings(options, options.profile);
			try {
				await simulate(options, { ...faults, ...settings }, lifecycle);
			} finally {
				// What failed is told in full, too, before the process ends.
				await lifecycle.written();
			}
		});

/** Whether `--faults` is no file. */
const isNamed = (faults: string): boolean => faults === "default" || faults === "none";

/** The faults of worlds of a kind. @throws Failure for a file that cannot be read, or is wrong */
function readFaults(which: string, profile: SimulateOptions["profile"]): Faults {
	switch (profile) {
		case "mqtt":
			return { faults: ratesIn(which, DEFAULT_RATES) };
		case "azure-iot-hub":
			return { profile, faults: ratesIn(which, HUB_RATES) };
		case "stadium":
			return { profile, faults: ratesIn(which, DEFAULT_RATES) };
	}
}

type Faults =
	| Pick<SeedOptions, "profile" | "faults">
	| Pick<StadiumSeedOptions, "profile" | "faults">
	| Pick<HubSeedOptions, "profile" | "faults">;

/** @param usual the rates by default */
function ratesIn<Name extends string>(
	which: string,
	usual: Readonly<Record<Name, number>>,
): Readonly<Record<Name, number>> {
	if (which === "default") return usual;
	if (which === "none") return noneOf(namesIn(usual));
	let text: string;
	try {
		text = readFileSync(which, "utf8");
	} catch (error) {
		throw usage(`--faults ${which}: cannot be read (${codeOf(error)}); it is default, none, or a file`);
	}
	try {
		return parseFaults(text, namesIn(usual));
	} catch (error) {
		if (error instanceof FaultFileError) throw usage(`--faults ${which}, ${error.message}`);
		throw error;
	}
}
