import { closeSync, openSync, writeSync } from "node:fs";
import { parseArgs } from "node:util";
import { DEFAULT_RATES } from "../../../host-sim/simulation/faults/rates.js";
import { runSeeds } from "../../../host-sim/simulation/pool.js";
import { type Outcome, type SeedOptions, specOf } from "../../../host-sim/simulation/seed.js";
import { runOnAedes } from "./run.js";

const USAGE = `npm run worlds:aedes -- [options]
  --seeds <count>    so many worlds (200), over all cores
  --seed <number>    the first one's seed (1)
  --hours <hours>    virtual hours (1)
  --devices <count>  (3)
  --trace <file>     write what happens as JSON Lines (with --seeds 1)
`;

interface Options {
	readonly first: SeedOptions;
	readonly seeds: number;
	readonly trace: string | undefined;
}

/** @throws Error for what is no option or not in its range */
function readOptions(): Options {
	const text = { type: "string" } as const;
	const options = { seeds: text, seed: text, hours: text, devices: text, trace: text };
	const { values } = parseArgs({ options });
	const number = (name: "seeds" | "seed" | "hours" | "devices", usual: number, least: number): number => {
		const value = Number(values[name] ?? usual);
		if (value >= least && (Number.isSafeInteger(value) || name === "hours")) return value;
		throw new Error(`--${name} ${values[name]}`);
	};
	const seeds = number("seeds", 200, 1);
	const first = {
		...{ seed: number("seed", 1, 0), hours: number("hours", 1, 0.1), devices: number("devices", 3, 1) },
		faults: DEFAULT_RATES,
	};
	if (values.trace !== undefined && seeds !== 1) throw new Error("--trace goes with --seeds 1");
	return { first, seeds, trace: values.trace };
}

function countIn(counts: Map<string, number>, more: ReadonlyMap<string, number>): void {
	for (const [name, times] of more) counts.set(name, (counts.get(name) ?? 0) + times);
}

const inWords = (counts: ReadonlyMap<string, number>): string =>
	[...counts].map(([name, times]) => `${name} ${times}`).join(", ") || "none";

function tellFailure(seed: number, { first }: Options, { failure }: Outcome): void {
	if (failure === undefined) return;
	process.exitCode = 1;
	const { hours, devices } = first;
	process.stdout.write(`Seed ${seed} failed after ${failure.time / 1000} s: ${failure.what}\n`);
	process.stdout.write(
		`again: npm run worlds:aedes -- --seeds 1 --seed ${seed} --hours ${hours} --devices ${devices}\n`,
	);
}

async function runOne(options: Options): Promise<void> {
	const { first, trace } = options;
	const file = trace === undefined ? undefined : openSync(trace, "w");
	const outcome = await runOnAedes(specOf(first), (line) => {
		if (file !== undefined) writeSync(file, line);
	});
	if (file !== undefined) closeSync(file);
	const { lines, hash, faults, exceptions } = outcome;
	process.stdout.write(`Seed ${first.seed}: ${lines} lines, SHA-256 ${hash}\n`);
	process.stdout.write(`Faults: ${inWords(faults)}\nExceptions: ${inWords(exceptions)}\n`);
	tellFailure(first.seed, options, outcome);
}

async function runMany(options: Options): Promise<void> {
	const { first, seeds } = options;
	const [faults, exceptions, worlds] = [new Map(), new Map(), new Map<string, number>()];
	let failed = 0;
	const began = performance.now();
	await runSeeds({
		...{ first, count: seeds, worker: new URL("worker.js", import.meta.url) },
		onOutcome: ({ seed, outcome }) => {
			countIn(faults, outcome.faults);
			countIn(exceptions, outcome.exceptions);
			countIn(worlds, new Map(Array.from(outcome.exceptions.keys(), (name) => [name, 1])));
			if (outcome.failure !== undefined) failed++;
			tellFailure(seed, options, outcome);
			return true;
		},
	});
	const seconds = ((performance.now() - began) / 1000).toFixed(1);
	process.stdout.write(`${seeds} worlds of ${first.hours} h on Aedes in ${seconds} s, ${failed} failed\n`);
	process.stdout.write(`Faults: ${inWords(faults)}\n`);
	process.stdout.write(`Exceptions: ${inWords(exceptions)}\nin worlds: ${inWords(worlds)}\n`);
}

let options: Options;
try {
	options = readOptions();
} catch (error) {
	process.stderr.write(`${(error as Error).message}\n${USAGE}`);
	process.exit(2);
}
await (options.seeds === 1 ? runOne(options) : runMany(options));
