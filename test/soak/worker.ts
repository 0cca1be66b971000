import { type ChildProcess, spawn } from "node:child_process";

/** Characters of what a program says that are kept. */
const KEPT = 20_000;

/** A program of the soak that is started again whenever it was killed. */
export class Worker {
	readonly #command: string;
	readonly #words: readonly string[];
	#child: ChildProcess | undefined;
	#ended: Promise<void> = Promise.resolve();
	#isMeant = false;
	/** The end of what it has written to standard error, of all its lives. */
	said = "";
	/** How often it ended by itself. */
	failures = 0;
	/** When it was started last, by `performance.now`. */
	since = 0;

	/** @param command a program, with its words */
	constructor(command: string, ...words: readonly string[]) {
		this.#command = command;
		this.#words = words;
	}

	start(): void {
		this.#isMeant = false;
		this.since = performance.now();
		const child = spawn(this.#command, this.#words, { stdio: ["ignore", "ignore", "pipe"] });
		this.#child = child;
		child.stderr.setEncoding("utf8").on("data", (text: string) => {
			this.said = (this.said + text).slice(-KEPT);
		});
		this.#ended = new Promise((resolve) => {
			const over = () => {
				if (!this.#isMeant) this.failures++;
				resolve();
			};
			child.once("error", over).once("close", over);
		});
	}

	/** Kills it at once; the promise resolves when it is gone. */
	end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
		this.#isMeant = true;
		this.#child?.kill(signal);
		return this.#ended;
	}
}
