import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { DEFAULT_RATES } from "../../../host-sim/simulation/faults/rates.js";
import type { SeedOptions, WorldFailure } from "../../../host-sim/simulation/seed.js";
import { Copy } from "./copy.js";

/** A mistake is to be found in so many worlds: those of the seeds from 1 on. */
export const SEEDS = 200;

/** Milliseconds that this may take: a mistake may be one that comes to no end. */
export const LIMIT = 120_000;

/** Where a mistake was found. */
export interface Found {
	readonly seed: number;
	readonly failure: WorldFailure;
}

/**
 * Runs worlds of one hour and three devices, with the usual faults and with changed sources, until one
 * fails; `undefined` when none does.
 * @param patch what is changed: a unified diff
 * @param seeds at most so many, from seed 1 on
 * @throws Error when the patch does not fit, or when the worlds take longer than `LIMIT`
 */
export async function find(patch: string, seeds = SEEDS): Promise<Found | undefined> {
	const copy = new Copy();
	try {
		copy.patch(patch);
		return await firstFailure(copy.worker, seeds);
	} finally {
		copy.remove();
	}
}

async function firstFailure(file: string, seeds: number): Promise<Found | undefined> {
	const worker = new Worker(pathToFileURL(file), { execArgv: [] });
	let limit: NodeJS.Timeout | undefined;
	try {
		return await new Promise((resolve, reject) => {
			limit = setTimeout(() => reject(new Error(`no end within ${LIMIT} ms`)), LIMIT);
			const begin = (seed: number) => {
				const options: SeedOptions = { seed, hours: 1, devices: 3, faults: DEFAULT_RATES };
				worker.postMessage(options);
			};
			worker.on("message", ({ seed, failure }: Partial<Found> & { seed: number }) => {
				if (failure !== undefined) resolve({ seed, failure });
				else if (seed < seeds) begin(seed + 1);
				else resolve(undefined);
			});
			worker.once("error", reject);
			begin(1);
		});
	} finally {
		clearTimeout(limit);
		await worker.terminate();
	}
}
