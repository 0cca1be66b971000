import { hexOf } from "./bytes.js";
import type { Outcome } from "./pool.js";
import { type Failure, inputOf } from "./run.js";
import type { Target } from "./target.js";
import type { Job } from "./worker.js";

const grouped = (value: number): string => Math.round(value).toLocaleString("en-US");

/** What one target came to. */
export class Tally {
	inputs = 0;
	/** Milliseconds, of all processes together. */
	time = 0;
	readonly outcomes: Record<string, number> = {};

	add(outcomes: Readonly<Record<string, number>>, time: number): void {
		this.time += time;
		for (const [outcome, count] of Object.entries(outcomes)) {
			this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + count;
			this.inputs += count;
		}
	}

	/** One line: inputs, time, inputs a second, and how often there was which outcome. */
	line(name: string): string {
		const rate = this.inputs / Math.max(this.time / 1000, 0.001);
		const counted = Object.entries(this.outcomes).sort(([, a], [, b]) => b - a);
		const outcomes = counted.map(([outcome, count]) => `${outcome} ${grouped(count)}`).join(", ");
		const columns = [grouped(this.inputs).padStart(10), `${(this.time / 1000).toFixed(1)} s`.padStart(8)];
		return `${name.padEnd(19)} ${columns.join(" ")} ${`${grouped(rate)}/s`.padStart(10)}  ${outcomes}`;
	}
}

/** A failure in words, with all that it takes to see it again. */
export function failureText({ target, seed, index, message, smallest, words }: Failure): string {
	return [
		`${target}: input ${index} of seed ${seed} fails: ${message}`,
		...(words === undefined ? [] : [words]),
		`smallest input that fails: ${smallest === "" ? "the empty one" : smallest}`,
		`again: npm run fuzz -- --target ${target} --input ${smallest === "" ? '""' : smallest}`,
		`the input as it was: npm run fuzz -- --target ${target} --seed ${seed} --from ${index} --inputs 1`,
	].join("\n");
}

/** The failure of a job, if it has one; an input that had no end cannot be shrunk. */
export function failureOf(targets: readonly Target[], job: Job, outcome: Outcome): Failure | undefined {
	if (!("kind" in outcome)) return outcome.failure;
	const target = targets.find(({ name }) => name === job.target) as Target;
	const { message, index } = outcome;
	const smallest = hexOf(inputOf(target, job.seed, index));
	return { target: job.target, seed: job.seed, index, message, smallest };
}
