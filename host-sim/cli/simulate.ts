import { readFileSync, type Stats, statSync } from "node:fs";
import { resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { FaultFileError, parseFaults } from "../simulation/faults/fault-file.js";
import { DEFAULT_RATES, type FaultRates, NO_FAULTS } from "../simulation/faults/rates.js";
import { codeOf, usage } from "./failure.js";
import type { Lifecycle } from "./lifecycle.js";
import type { SimulateOptions } from "./simulate-options.js";

const EXAMPLES = `
Examples:
  nightlight simulate                                 an hour of three devices, with faults
  nightlight simulate --seeds 500                     500 such worlds, over all cores
  nightlight simulate --seed 42 --trace world.jsonl   all that happens, as JSON Lines in virtual time
  nightlight simulate --seed 42 --record world.jsonl  what its devices do, for nightlight replay
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
	new Command("simulate")
		.description("run seeded worlds in virtual time: devices, broker, server, and what goes wrong")
		.addOption(
			new Option("--seed <number>", "what the world follows from")
				.argParser(whole(0, Number.MAX_SAFE_INTEGER - 1_000_000))
				.default(1),
		)
		.addOption(
			new Option("--seeds <count>", "run so many worlds, from --seed on").argParser(whole(1, 1_000_000)),
		)
		.addOption(new Option("--hours <hours>", "virtual hours").argParser(hours).default(1))
		.addOption(
			new Option("--devices <devices>", "how many devices, or some of them, as d1,d3")
				.argParser(devices)
				.default(3),
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
			const faults = readFaults(options.faults);
			checkFiles(options);
			const { simulate } = await import("./run-simulate.js");
			try {
				await simulate(options, faults, lifecycle);
			} finally {
				// What failed is told in full, too, before the process ends.
				await lifecycle.written();
			}
		});

/** @throws Failure when a file is to be written that another option names, too */
function checkFiles({ trace, record, faults }: SimulateOptions): void {
	if (isSameFile(record, trace)) throw usage("--record and --trace name the same file: give each its own");
	if (faults === "default" || faults === "none") return;
	for (const [option, file] of Object.entries({ record, trace })) {
		if (isSameFile(file, faults)) {
			throw usage(`--${option} and --faults name the same file: it would be written over`);
		}
	}
}

/** Whether two options name one file, perhaps by a link; devices, such as /dev/null, take what both write. */
function isSameFile(one: string | undefined, other: string | undefined): boolean {
	if (one === undefined || other === undefined) return false;
	const [first, second] = [one, other].map(statsOf);
	if (first === undefined || second === undefined) return resolve(one) === resolve(other);
	return first.isFile() && first.dev === second.dev && first.ino === second.ino;
}

/** What is known of a file; `undefined` when there is none, or none that can be looked at: whoever opens it says why. */
function statsOf(file: string): Stats | undefined {
	try {
		return statSync(file);
	} catch {
		return undefined;
	}
}

/** @throws Failure for a file that cannot be read, or is wrong */
function readFaults(which: string): FaultRates {
	if (which === "default") return DEFAULT_RATES;
	if (which === "none") return NO_FAULTS;
	let text: string;
	try {
		text = readFileSync(which, "utf8");
	} catch (error) {
		throw usage(`--faults ${which}: cannot be read (${codeOf(error)}); it is default, none, or a file`);
	}
	try {
		return parseFaults(text);
	} catch (error) {
		if (error instanceof FaultFileError) throw usage(`--faults ${which}, ${error.message}`);
		throw error;
	}
}
