import { type Result, runShard } from "./run.js";
import type { Target } from "./target.js";

/** Inputs of the target with this name, for a process of its own. */
export interface Job {
	readonly target: string;
	readonly seed: number;
	readonly from: number;
	readonly count: number;
}

/** What a job came to. */
export interface Answer extends Result {
	/** Milliseconds that it took. */
	readonly time: number;
}

/** Says that it is ready, then answers jobs over the channel to the parent; ends when the parent does. */
export function serve(targets: readonly Target[]): void {
	process.on("message", async ({ target: name, seed, from, count }: Job) => {
		const target = targets.find((one) => one.name === name) as Target;
		const start = performance.now();
		const result = await runShard({ target, seed, from, count });
		process.send?.({ ...result, time: performance.now() - start } satisfies Answer);
	});
	process.on("disconnect", () => process.exit());
	process.send?.("ready");
}
