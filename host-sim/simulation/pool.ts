import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { AnySeedOptions } from "./any-world.js";
import type { SeedOutcome } from "./shrink.js";

export interface PoolOptions {
	/** The worlds are those of this seed and the ones that follow. */
	readonly first: AnySeedOptions;
	readonly count: number;
	/** Hears each outcome, in the order in which the worlds end; `false` to begin no more of them. */
	readonly onOutcome: (outcome: SeedOutcome) => boolean;
	/** Hears of a world that fails before it is shrunk, which may take minutes; `false` to begin no more. */
	readonly onFailure?: ((outcome: SeedOutcome) => boolean) | undefined;
	/** Resolves when it is to end: the worlds under way are left where they are. */
	readonly until?: Promise<unknown> | undefined;
	/** What runs a world that it is posted the `AnySeedOptions` of, and posts its `Posted`; the usual one when absent. */
	readonly worker?: URL | undefined;
}

/** What a worker posts: a world's outcome, and before that, when it fails, the one that is being shrunk. */
type Posted = SeedOutcome & { readonly isBeingShrunk?: true };

const WORKER = new URL("worker.js", import.meta.url);

/**
 * Runs the worlds of many seeds, as many at a time as there are cores. Each is what it would be alone.
 * Resolves when all that were begun have ended, or `until` has. @throws what a worker throws that is no world's
 */
export async function runSeeds({
	first,
	count,
	onOutcome,
	onFailure = () => true,
	until,
	worker: file = WORKER,
}: PoolOptions): Promise<void> {
	let next = 0;
	let goesOn = true;
	const workers: Worker[] = [];
	const endAll = () => {
		goesOn = false;
		for (const worker of workers) worker.terminate();
	};
	until?.then(endAll);
	const work = () =>
		new Promise<void>((resolve, reject) => {
			const worker = new Worker(file, { execArgv: [] });
			workers.push(worker);
			const give = () => {
				if (!goesOn || next >= count) return worker.terminate();
				const options: AnySeedOptions = { ...first, seed: first.seed + next++ };
				worker.postMessage(options);
				return undefined;
			};
			worker.on("message", ({ isBeingShrunk, ...outcome }: Posted) => {
				const isToGoOn = isBeingShrunk === true ? onFailure(outcome) : onOutcome(outcome);
				goesOn &&= isToGoOn;
				if (isBeingShrunk !== true) give();
			});
			worker.once("error", (error) => {
				reject(error);
				endAll();
			});
			worker.once("exit", () => resolve());
			give();
		});
	await Promise.all(Array.from({ length: Math.min(count, availableParallelism()) }, work));
}
