import { plan } from "./plan.js";
import { type PoolOptions, runJobs } from "./pool.js";
import { failureOf, failureText, Tally } from "./report.js";
import type { Failure } from "./run.js";
import type { Target } from "./target.js";
import type { Job } from "./worker.js";

export interface FuzzOptions extends PoolOptions {
	readonly targets: readonly Target[];
	/** How many inputs, of all targets together. */
	readonly inputs: number;
	readonly seed: number;
	/** The number of the first input of each target. */
	readonly from?: number;
	/** Hears the results, a line for each target, and what is wrong. */
	readonly onLine: (line: string) => void;
	/** Hears how many inputs are done. */
	readonly onProgress: (done: number) => void;
}

/** Fuzzes; returns whether nothing failed. The earliest failure of the plan is told, whoever found it first. */
export async function fuzz(options: FuzzOptions): Promise<boolean> {
	const { targets, inputs, seed, from, onLine, onProgress } = options;
	const jobs = plan(targets, inputs, seed, from);
	const tallies = new Map(targets.map(({ name }) => [name, new Tally()]));
	const open = new Map<string, number>();
	for (const { target } of jobs) open.set(target, (open.get(target) ?? 0) + 1);
	const untold = targets.map(({ name }) => name);
	const failures: { job: Job; failure: Failure }[] = [];
	let done = 0;
	await runJobs(jobs, options, (job, outcome) => {
		const tally = tallies.get(job.target) as Tally;
		if (!("kind" in outcome)) tally.add(outcome.outcomes, outcome.time);
		const failure = failureOf(targets, job, outcome);
		if (failure !== undefined) failures.push({ job, failure });
		done += job.count;
		onProgress(done);
		open.set(job.target, (open.get(job.target) as number) - 1);
		if (failures.length > 0) return;
		// In order, also when a later one is done first.
		while (untold[0] !== undefined && open.get(untold[0]) === 0) {
			const name = untold.shift() as string;
			onLine((tallies.get(name) as Tally).line(name));
		}
	});
	failures.sort((a, b) => jobs.indexOf(a.job) - jobs.indexOf(b.job));
	const [first] = failures;
	if (first !== undefined) onLine(failureText(first.failure));
	return first === undefined;
}
