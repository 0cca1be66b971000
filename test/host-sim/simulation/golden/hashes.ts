import { DEFAULT_RATES } from "../../../../host-sim/simulation/faults/rates.js";
import { runWorld, type SeedOptions, specOf } from "../../../../host-sim/simulation/seed.js";

/** The worlds that are compared between engines and versions of Node: 12 minutes, three devices, the default faults. */
export const WORLDS: readonly SeedOptions[] = [1, 2, 2 ** 40].map((seed) => ({
	...{ seed, hours: 0.2, devices: 3, faults: DEFAULT_RATES },
}));

/** One world as a line: its seed, the SHA-256 of its trace, and how it ended. */
export const lineOf = (seed: number, { hash, lines, failure }: ReturnType<typeof runWorld>): string =>
	`${seed}: ${hash}, ${lines} lines, ${failure?.what ?? "passed"}`;

/** Runs all worlds here. Returns a line for each. */
export const goldenLines = (): string[] =>
	WORLDS.map((options) => lineOf(options.seed, runWorld(specOf(options))));
