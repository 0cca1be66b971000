import { closeSync, openSync, writeSync } from "node:fs";
import type { FaultRates } from "../simulation/faults/rates.js";
import { runSeeds } from "../simulation/pool.js";
import { type Outcome, runWorld, type SeedOptions, specOf } from "../simulation/seed.js";
import { codeOf, ExitCode, Failure, usage } from "./failure.js";
import type { SimulateOptions } from "./simulate.js";

/** Runs one world, or many. @throws Failure when something did not hold */
export async function simulate(options: SimulateOptions, faults: FaultRates): Promise<void> {
	const { seed, hours, devices } = options;
	const first: SeedOptions = { seed, hours, devices, faults };
	if (options.seeds === undefined) return simulateOne(first, options);
	const failed = await simulateMany(first, options.seeds, options);
	if (failed > 0) throw new Failure(ExitCode.FAILED, `${failed} of the worlds failed`);
}

function simulateOne(first: SeedOptions, options: SimulateOptions): void {
	const file = options.trace === undefined ? undefined : open(options.trace);
	const outcome = runWorld(specOf(first), file === undefined ? undefined : (line) => writeSync(file, line));
	if (file !== undefined) closeSync(file);
	tell(first.seed, outcome, options);
	if (outcome.failure !== undefined) {
		throw new Failure(ExitCode.FAILED, `the world failed; again: ${lineFor(first.seed, options)}`);
	}
}

async function simulateMany(first: SeedOptions, count: number, options: SimulateOptions): Promise<number> {
	const faults = new Map<string, number>();
	let done = 0;
	let failed = 0;
	const began = performance.now();
	await runSeeds({
		first,
		count,
		onOutcome: ({ seed, outcome }) => {
			done++;
			for (const [fault, times] of outcome.faults) faults.set(fault, (faults.get(fault) ?? 0) + times);
			if (outcome.failure !== undefined) {
				failed++;
				tell(seed, outcome, options);
				process.stderr.write(`again: ${lineFor(seed, options)}\n`);
			}
			progress(done, count);
			return failed === 0 || options.keepGoing === true;
		},
	});
	if (process.stderr.isTTY) process.stderr.write("\n");
	const seconds = (performance.now() - began) / 1000;
	const sorted = Object.fromEntries([...faults].sort(([one], [other]) => (one < other ? -1 : 1)));
	if (options.json) {
		write({
			time: new Date().toISOString(),
			source: "simulation",
			event: "worlds",
			done,
			failed,
			faults: sorted,
		});
		return failed;
	}
	process.stdout.write(`${done} worlds of ${first.hours} h in ${seconds.toFixed(1)} s, ${failed} failed\n`);
	process.stdout.write(`${inWords(sorted)}\n`);
	return failed;
}

function tell(
	seed: number,
	{ hash, lines, faults, failure }: Outcome,
	{ json, hours, devices }: SimulateOptions,
): void {
	const counts = Object.fromEntries(faults);
	if (json) {
		const event = failure === undefined ? "world" : "failure";
		const rest = {
			seed,
			hash,
			lines,
			faults: counts,
			...(failure && { reason: failure.what, at: failure.time }),
		};
		return write({ time: new Date().toISOString(), source: "simulation", event, ...rest });
	}
	const what =
		failure === undefined ? "passed" : `failed after ${(failure.time / 1000).toFixed(3)} s: ${failure.what}`;
	process.stdout.write(`Seed ${seed}, ${hours} h, ${devices} devices: ${what}\n`);
	process.stdout.write(`Trace: ${lines} lines, SHA-256 ${hash}\n`);
	if (faults.size > 0) process.stdout.write(`${inWords(counts)}\n`);
}

const inWords = (faults: Readonly<Record<string, number>>): string => {
	const parts = Object.entries(faults).map(([fault, times]) => `${fault} ${times}`);
	return `Faults: ${parts.length === 0 ? "none" : parts.join(", ")}`;
};

/** The command line that runs a world again. */
function lineFor(seed: number, { hours, devices, faults }: SimulateOptions): string {
	return `nightlight simulate --seed ${seed} --hours ${hours} --devices ${devices} --faults ${faults}`;
}

function progress(done: number, count: number): void {
	if (!process.stderr.isTTY) return;
	const full = Math.round((done / count) * 30);
	process.stderr.write(`\r[${"#".repeat(full)}${".".repeat(30 - full)}] ${done} of ${count}`);
}

const write = (value: object): void => {
	process.stdout.write(`${JSON.stringify(value)}\n`);
};

function open(file: string): number {
	try {
		return openSync(file, "w");
	} catch (error) {
		throw usage(`--trace ${file}: cannot be written (${codeOf(error)})`);
	}
}
