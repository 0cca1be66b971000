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
	#child: Promise<ChildProcess> | undefined;

	constructor(options: PoolOptions) {
		this.#options = options;
	}

	async run(job: Job): Promise<Answer | Ending> {
		this.#child ??= started(this.#options);
		const { patience } = this.#options;
		const child = await this.#child;
		const result = await new Promise<Answer | Ending>((resolve) => {
			const late = { kind: "overdue", message: `no end within ${patience} ms` } as const;
			const timer = setTimeout(() => finish(late), patience);
			const onExit = (code: number | null, signal: string | null) =>
				finish({ kind: "ended", message: `the process ended with ${code ?? signal}` });
			const finish = (one: unknown) => {
				clearTimeout(timer);
				child.off("message", finish).off("exit", onExit);
				resolve(one as Answer | Ending);
			};
			child.on("message", finish).on("exit", onExit);
			child.send(job);
		});
		if ("kind" in result) await this.close();
		return result;
	}

	/** Ends the process, if there is one. */
	async close(): Promise<void> {
		const child = await this.#child;
		child?.kill("SIGKILL");
		this.#child = undefined;
	}
}

/**
 * Starts a process and waits until it is ready, so that its start takes no job's time.
 * @throws Error when it ends instead
 */
function started({ program, memory }: PoolOptions): Promise<ChildProcess> {
	const child = fork(fileURLToPath(program), {
		execArgv: ["--import", "tsx", `--max-old-space-size=${memory}`],
		stdio: ["ignore", "ignore", "inherit", "ipc"],
	});
	return new Promise((resolve, reject) => {
		const onExit = (code: number | null) => reject(new Error(`a process did not start: ${code}`));
		child.once("exit", onExit).once("message", () => {
			child.off("exit", onExit);
			resolve(child);
		});
	});
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
			const outcome = await runJob(runner, job);
			if ("kind" in outcome || outcome.failure !== undefined) waiting.length = 0;
			onOutcome(job, outcome);
		}
		await runner.close();
	};
	await Promise.all(Array.from({ length: options.processes }, work));
}

/** Runs a job; when it has no answer, runs its inputs one by one to find out which. */
async function runJob(runner: Runner, job: Job): Promise<Outcome> {
	const answer = await runner.run(job);
	if (!("kind" in answer)) return answer;
	for (let index = job.from; index < job.from + job.count; index++) {
		const one = await runner.run({ ...job, from: index, count: 1 });
		if ("kind" in one) return { ...one, index };
	}
	return { ...answer, message: `${answer.message}, but not with each input alone`, index: job.from };
}
