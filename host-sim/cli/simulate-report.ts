import { type AnySeedOptions, planOf } from "../simulation/any-world.js";
import type { SeedOutcome, Shrunk } from "../simulation/shrink.js";
import { jsonLine, type SimulationEvent } from "./events.js";
import { shellWord } from "./shell-word.js";
import type { SimulateOptions } from "./simulate-options.js";

/** What became of many worlds. */
export interface Summary {
	readonly done: number;
	/** So many were asked for. */
	readonly of: number;
	readonly failed: number;
	/** Virtual hours of each. */
	readonly hours: number;
	/** Real seconds of all. */
	readonly seconds: number;
	/** How often each fault happened. */
	readonly faults: Readonly<Record<string, number>>;
}

/** Of what a small world has left, so many faults are listed: those before the failure. */
const SHOWN = 20;

/** Tells what became of worlds, on standard output. */
export interface Report {
	world(options: AnySeedOptions, run: SeedOutcome): void;
	worlds(summary: Summary): void;
}

/** The report that the command line asks for. */
export const reportFor = (options: SimulateOptions): Report =>
	options.json ? new JsonReport(options) : new ReadableReport(options);

class ReadableReport implements Report {
	readonly #options: SimulateOptions;

	constructor(options: SimulateOptions) {
		this.#options = options;
	}

	world(options: AnySeedOptions, { outcome, shrunk }: SeedOutcome): void {
		const { hash, lines, faults, failure } = outcome;
		const what =
			failure === undefined ? "passed" : `failed after ${inSeconds(failure.time)}: ${failure.what}`;
		print(`Seed ${options.seed}, ${options.hours} h, ${inWords(options.devices)}: ${what}`);
		print(`Trace: ${lines} lines, SHA-256 ${hash}`);
		if (faults.size > 0) print(countsInWords(Object.fromEntries(faults)));
		if (failure === undefined) return;
		if (shrunk !== undefined) this.#shrunk(shrunk);
		print(`Again: ${lineFor(shrunk?.options ?? options, this.#options)}`);
	}

	worlds({ done, of, failed, hours, seconds, faults }: Summary): void {
		print(
			`${done < of ? `${done} of ${of}` : done} worlds of ${hours} h in ${seconds.toFixed(1)} s, ${failed} failed`,
		);
		print(countsInWords(faults));
	}

	#shrunk({ options, outcome }: Shrunk): void {
		const { faults, devices } = planOf(options);
		const left = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
		const who = inWords(devices);
		print(`Shrunk to: ${options.hours} h, ${who}, ${left}: fails after ${inSeconds(outcome.failure.time)}:`);
		print(`  ${outcome.failure.what}`);
		if (faults.length > SHOWN) print(`  The last ${SHOWN} faults:`);
		for (const { fault, target, at, duration } of faults.slice(-SHOWN)) {
			print(`  ${inSeconds(at)}: ${fault}, ${target}${duration > 0 ? `, for ${inSeconds(duration)}` : ""}`);
		}
	}
}

class JsonReport implements Report {
	readonly #options: SimulateOptions;

	constructor(options: SimulateOptions) {
		this.#options = options;
	}

	world(options: AnySeedOptions, { outcome, shrunk }: SeedOutcome): void {
		const { hash, lines, failure } = outcome;
		const what = { seed: options.seed, hash, lines, faults: Object.fromEntries(outcome.faults) };
		if (failure === undefined) return this.#write({ event: "world", ...what });
		const smallest = shrunk?.options ?? options;
		const { faults } = planOf(smallest);
		this.#write({
			event: "failure",
			...what,
			code: failure.invariant === undefined ? "exception" : "invariant-broken",
			reason: failure.what,
			at: failure.time,
			again: lineFor(smallest, this.#options),
			plan: faults.map(({ seed, ...fault }) => fault),
		});
	}

	worlds({ done, of, failed, faults }: Summary): void {
		this.#write({ event: "worlds", done, of, failed, faults });
	}

	#write(event: SimulationEvent): void {
		print(jsonLine({ source: "simulation", ...event }));
	}
}

/** Shows on a terminal how far it is. */
export function progress(done: number, count: number): void {
	if (!process.stderr.isTTY) return;
	const full = Math.round((done / count) * 30);
	process.stderr.write(`\r[${"#".repeat(full)}${".".repeat(30 - full)}] ${done} of ${count}`);
}

/** Takes away what `progress` showed, before a line that stays. */
export function clearProgress(): void {
	if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
}

/** The command line that runs a world again, as a shell takes it. */
export function lineFor(
	{ profile, seed, hours, devices, only }: AnySeedOptions,
	{
		faults,
		config,
		light,
		sensor = new Map(),
	}: Pick<SimulateOptions, "faults" | "config" | "light" | "sensor">,
): string {
	const given = [
		...(profile === undefined ? [] : ["--profile", profile]),
		...(config === undefined ? [] : ["--config", config]),
		...(light === undefined ? [] : ["--light", light]),
		...[...sensor].flatMap(([name, source]) => ["--sensor", `${name}=${source}`]),
	];
	const line = [
		`nightlight simulate --seed ${seed} --hours ${hours} --devices ${devices}`,
		...given.map(shellWord),
	].join(" ");
	if (only?.length === 0) return `${line} --faults none`;
	return `${line} --faults ${shellWord(faults)}${only === undefined ? "" : ` --only ${only}`}`;
}

const inWords = (devices: number | readonly string[]): string => {
	if (typeof devices !== "number") return devices.join(", ");
	return devices === 1 ? "1 device" : `${devices} devices`;
};

const inSeconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(3)} s`;

const countsInWords = (faults: Readonly<Record<string, number>>): string => {
	const parts = Object.entries(faults).map(([fault, times]) => `${fault} ${times}`);
	return `Faults: ${parts.length === 0 ? "none" : parts.join(", ")}`;
};

const print = (line: string): void => {
	process.stdout.write(`${line}\n`);
};
