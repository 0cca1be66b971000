import type { Target } from "./target.js";
import type { Job } from "./worker.js";

/** Inputs of a job: so many that it takes about a second. */
const JOB = 2000;

/** How many inputs each target gets: as its share says, one at least. */
export function counts(targets: readonly Target[], inputs: number): Map<string, number> {
	const shares = targets.reduce((sum, { share }) => sum + share, 0);
	const found = new Map<string, number>();
	let left = inputs;
	let rest = shares;
	for (const { name, share } of targets) {
		const count = Math.max(1, Math.round((left * share) / rest));
		found.set(name, count);
		left = Math.max(0, left - count);
		rest -= share;
	}
	return found;
}

/** The jobs of a run. They are the same however many processes there are. */
export function plan(targets: readonly Target[], inputs: number, seed: number, from = 0): Job[] {
	const jobs: Job[] = [];
	for (const [target, count] of counts(targets, inputs)) {
		for (let at = 0; at < count; at += JOB) {
			jobs.push({ target, seed, from: from + at, count: Math.min(JOB, count - at) });
		}
	}
	return jobs;
}
