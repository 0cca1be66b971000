import { type ChildProcess, fork } from "node:child_process";

/** A program of a benchmark in a process of its own, asked one thing at a time. */
export class Process {
	readonly #child: ChildProcess;

	/** @param file the program, plain JavaScript that calls `serve` */
	constructor(file: string, ...nodeOptions: string[]) {
		this.#child = fork(file, { execArgv: nodeOptions });
	}

	/**
	 * Asks, and waits for the answer.
	 * @throws Error when the process ends instead
	 */
	ask<Answer>(question: unknown): Promise<Answer> {
		return new Promise((resolve, reject) => {
			const gone = (code: number | null) =>
				reject(new Error(`a process of the benchmark ended with ${code}`));
			this.#child.once("exit", gone);
			this.#child.once("message", (answer) => {
				this.#child.off("exit", gone);
				resolve(answer as Answer);
			});
			this.#child.send(question as object);
		});
	}

	/** Lets it go: it ends by itself. */
	end(): void {
		this.#child.disconnect();
	}
}

/** Answers what the parent asks, in the process that `Process` starts; ends when the parent does. */
export function serve<Question>(answer: (question: Question) => unknown): void {
	process.on("message", async (question) => {
		process.send?.(await answer(question as Question));
	});
	process.on("disconnect", () => process.exit());
}
