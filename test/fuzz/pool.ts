import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Answer, Job } from "./worker.js";

/** How jobs are run. */
export interface PoolOptions {
	/** The program of a process: it calls `serve`. */
	readonly program: URL;
	readonly processes: number;
	/** Milliseconds that a job may take. */
	readonly patience: number;
	/** Megabytes that a process may have in objects: what needs more has no bounds. */
	readonly memory: number;
}

/** Why a job has no answer. */
export type Ending = { readonly kind: "overdue" | "ended"; readonly message: string };

/** One process, asked one thing at a time. */
class Runner {
	readonly #options: PoolOptions;
	#child: ChildProcess | undefined;

	constructor(options: PoolOptions) {
		this.#options = options;
	}

	run(job: Job, patience: number): Promise<Answer | Ending> {
		const { memory } = this.#options;
		this.#child ??= fork(fileURLToPath(this.#options.program), {
			execArgv: ["--import", "tsx", `--max-old-space-size=${memory}`],
			stdio: ["ignore", "ignore", "ignore", "ipc"],
		});
		const child = this.#child;
		return new Promise((resolve) => {
			const timer = setTimeout(
				() => finish({ kind: "overdue", message: `no end within ${patience} ms` }),
				patience,
			);
			const onMessage = (answer: unknown) => finish(answer as Answer);
			const onExit = (code: number | null, signal: string | null) =>
				finish({ kind: "ended", message: `the process ended with ${code ?? signal}` });
			const finish = (result: Answer | Ending) => {
				clearTimeout(timer);
				child.off("message", onMessage).off("exit", onExit);
				if ("kind" in result) this.close();
				resolve(result);
			};
			child.on("message", onMessage).on("exit", onExit);
			child.send(job);
		});
	}

	close(): void {
		this.#child?.kill("SIGKILL");
		this.#child = undefined;
	}
}

/** What came of a job; `index` names the input that had no end, or ended the process. */
export type Outcome = Answer | (Ending & { readonly index: number });

/**
 * Runs jobs in several processes, in order, and gives each with what came of it as soon as that is known.
 * After a failure none is begun any more; those under way are still waited for.
 */
export async function runJobs(
	jobs: readonly Job[],
	options: PoolOptions,
	onOutcome: (job: Job, outcome: Outcome) => void,
): Promise<void> {
	const waiting = [...jobs];
	const work = async () => {
		const runner = new Runner(options);
		for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
			const outcome = await runJob(runner, job, options.patience);
			if ("kind" in outcome || outcome.failure !== undefined) waiting.length = 0;
			onOutcome(job, outcome);
		}
		runner.close();
	};
	await Promise.all(Array.from({ length: options.processes }, work));
}

/** Runs a job; when it has no answer, runs its inputs one by one to find out which. */
async function runJob(runner: Runner, job: Job, patience: number): Promise<Outcome> {
	const answer = await runner.run(job, patience);
	if (!("kind" in answer)) return answer;
	for (let index = job.from; index < job.from + job.count; index++) {
		const one = await runner.run({ ...job, from: index, count: 1 }, patience);
		if ("kind" in one) return { ...one, index };
	}
	return { ...answer, message: `${answer.message}, but not with each input alone`, index: job.from };
}
