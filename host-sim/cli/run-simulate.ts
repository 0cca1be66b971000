import { type AnySeedOptions, expectedIn, planOf } from "../simulation/any-world.js";
import type { HubSeedOptions } from "../simulation/azure-iot-hub/seed.js";
import { MAX_PLANNED } from "../simulation/faults/plan.js";
import { runSeeds } from "../simulation/pool.js";
import { CALM_END, type SeedOptions, targetsOf } from "../simulation/seed.js";
import { runSeed, type SeedOutcome } from "../simulation/shrink.js";
import { STADIUM_DEVICES, type StadiumSeedOptions } from "../simulation/stadium/stadium.js";
import { ExitCode, Failure, usage } from "./failure.js";
import type { Lifecycle } from "./lifecycle.js";
import { openLineFile } from "./line-file.js";
import { printable } from "./printable.js";
import { openRecording } from "./record.js";
import type { SimulateOptions } from "./simulate-options.js";
import { clearProgress, progress, reportFor } from "./simulate-report.js";

/** What files and options say of all worlds. */
export type ChosenWorlds =
	| Pick<SeedOptions, "profile" | "faults" | "settings" | "sources">
	| Pick<StadiumSeedOptions, "profile" | "faults" | "settings" | "sources">
	| Pick<HubSeedOptions, "profile" | "faults" | "settings" | "sources">;

/** Devices of a world that is no stadium, when nothing else is said. */
const USUAL_DEVICES = 3;

/** Runs one world, or many. @param chosen what files and options say of all of them. @throws Failure when something did not hold, or they cannot be had */
export async function simulate(
	options: SimulateOptions,
	chosen: ChosenWorlds,
	lifecycle: Lifecycle,
): Promise<void> {
	const { seed, hours, only } = options;
	const { devices = chosen.profile === "stadium" ? STADIUM_DEVICES : USUAL_DEVICES } = options;
	const first = { seed, hours, devices, only, ...chosen };
	checkSize(first);
	warnOfCalm(first);
	if (options.seeds === undefined) {
		lifecycle.endAtSignals();
		return simulateOne(first, options, () => lifecycle.fail());
	}
	let signal: "SIGINT" | "SIGTERM" | undefined;
	const until = lifecycle.signalled.then((name) => {
		signal = name;
	});
	const { done, failed } = await simulateMany(first, options.seeds, options, until);
	if (failed > 0) throw new Failure(ExitCode.FAILED, `${failed} of the worlds failed`);
	if (signal !== undefined && done < options.seeds) {
		throw new Failure(ExitCode[signal], `stopped by ${signal} after ${done} of ${options.seeds} worlds`);
	}
}

/** @param fail has the run end with exit code 1, for a file that is not whole */
function simulateOne(
	first: AnySeedOptions,
	{ trace: traced, record, ...options }: SimulateOptions,
	fail: () => void,
): void {
	checkNames(first);
	const onCut = (line: string) => {
		log(line);
		fail();
	};
	const trace = traced === undefined ? undefined : openLineFile("--trace", traced, "trace", onCut);
	const recording = record === undefined ? undefined : openRecording(record, "node", onCut);
	const run = runSeed(first, { onLine: trace?.write, recording }, ({ failure }) => {
		log(`Failed: ${failure.what}; shrinking it, which may take a while`);
	});
	trace?.close();
	reportFor(options).world(first, run);
	if (run.outcome.failure !== undefined) throw new Failure(ExitCode.FAILED, "the world failed");
}

async function simulateMany(
	first: AnySeedOptions,
	count: number,
	options: SimulateOptions,
	until: Promise<unknown>,
): Promise<{ done: number; failed: number }> {
	const faults = new Map<string, number>();
	const report = reportFor(options);
	/** Worlds that are being shrunk, by seed. */
	const shrinking = new Map<number, SeedOutcome>();
	let done = 0;
	let failed = 0;
	const take = (run: SeedOutcome): void => {
		const { seed, outcome } = run;
		done++;
		for (const [fault, times] of outcome.faults) faults.set(fault, (faults.get(fault) ?? 0) + times);
		if (outcome.failure === undefined) return;
		failed++;
		clearProgress();
		report.world({ ...first, seed }, run);
	};
	const began = performance.now();
	await runSeeds({
		first,
		count,
		until,
		onFailure: (run) => {
			const { seed, outcome } = run;
			shrinking.set(seed, run);
			clearProgress();
			log(`Seed ${seed} failed: ${outcome.failure?.what}; shrinking it, which may take a while`);
			return options.keepGoing === true;
		},
		onOutcome: (run) => {
			shrinking.delete(run.seed);
			take(run);
			progress(done, count);
			return failed === 0 || options.keepGoing === true;
		},
	});
	// A signal came first.
	for (const run of shrinking.values()) take(run);
	if (process.stderr.isTTY) process.stderr.write("\n");
	const sorted = Object.fromEntries([...faults].sort(([one], [other]) => (one < other ? -1 : 1)));
	const seconds = (performance.now() - began) / 1000;
	report.worlds({ done, of: count, failed, hours: first.hours, seconds, faults: sorted });
	return { done, failed };
}

/** @throws Failure when so much is to go wrong that the plan of it would take all memory */
function checkSize(options: AnySeedOptions): void {
	const count = expectedIn(options);
	if (count <= MAX_PLANNED) return;
	const [many, most] = [count, MAX_PLANNED].map((number) => number.toLocaleString("en-US"));
	throw usage(`about ${many} faults, more than ${most}: fewer --hours, --devices or --faults`);
}

/** Says so when a world is over before anything could go wrong. */
function warnOfCalm(options: AnySeedOptions): void {
	const isFaulty = Object.values(options.faults).some((rate) => rate > 0);
	if (!isFaulty || targetsOf(options).until > 0) return;
	log(
		`Nothing goes wrong in ${options.hours} h: the last ${CALM_END / 1000} s of a world are calm; more --hours`,
	);
}

/** @throws Failure when `--only` names a fault that the world does not have */
function checkNames(first: AnySeedOptions): void {
	try {
		planOf(first);
	} catch (error) {
		if (!(error instanceof RangeError)) throw error;
		throw usage(`--only: ${error.message}; copy --seed, --hours, --devices and --faults as well`);
	}
}

const log = (line: string): void => void process.stderr.write(`${printable(line)}\n`);
