import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { inLane } from "./lane.js";

/** A program under test: its lines so far, and how to wait for more of them. */
export class Program {
	readonly child: ChildProcess;
	readonly lines: string[] = [];
	errors = "";
	readonly exited: Promise<number | null>;
	#waiting = new Set<() => void>();
	#rest = "";

	constructor(command: string, words: readonly string[], options: SpawnOptions = {}) {
		this.child = spawn(command, words, { stdio: ["pipe", "pipe", "pipe"], ...options });
		this.child.stdout?.setEncoding("utf8").on("data", (text: string) => this.#take(text));
		this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
			this.errors += text;
			this.#wake();
		});
		this.exited = new Promise((resolve, reject) => {
			this.child.once("error", reject);
			this.child.once("close", (code) => {
				if (this.#rest !== "") this.lines.push(this.#rest);
				this.#wake();
				resolve(code);
			});
		});
	}

	/**
	 * Waits until `find` finds something in what the program has said.
	 * @throws Error with all it said, when that takes longer than `timeout` milliseconds
	 */
	async until<T>(
		what: string,
		find: () => T | undefined | false,
		timeout = inLane(10_000, 20_000),
	): Promise<T> {
		const deadline = performance.now() + timeout;
		for (;;) {
			const found = find();
			if (found !== undefined && found !== false) return found;
			const left = deadline - performance.now();
			if (left <= 0 || this.child.exitCode !== null) {
				throw new Error(`waited for ${what}, but heard:\n${this.lines.join("\n")}\n${this.errors}`);
			}
			await new Promise<void>((resolve) => {
				const timer = setTimeout(resolve, Math.min(left, 100));
				this.#waiting.add(() => {
					clearTimeout(timer);
					resolve();
				});
			});
		}
	}

	/** Sends a signal and waits for the end. Returns the exit code. */
	async end(signal: NodeJS.Signals = "SIGINT"): Promise<number | null> {
		this.child.kill(signal);
		return this.exited;
	}

	/** Looks over what an ended program said. @throws Error for what it should not have said */
	verify(): void {}

	#take(text: string): void {
		const lines = (this.#rest + text).split("\n");
		this.#rest = lines.pop() ?? "";
		this.lines.push(...lines);
		this.#wake();
	}

	#wake(): void {
		const waiting = this.#waiting;
		this.#waiting = new Set();
		for (const wake of waiting) wake();
	}
}

/** Programs that are ended, in order, when the test that started them is over. */
export class Programs {
	#programs: Program[] = [];

	start(command: string, words: readonly string[], options?: SpawnOptions): Program {
		return this.add(new Program(command, words, options));
	}

	add<P extends Program>(program: P): P {
		this.#programs.push(program);
		return program;
	}

	async endAll(): Promise<void> {
		const programs = this.#programs;
		this.#programs = [];
		for (const program of programs) {
			if (program.child.exitCode === null) program.child.kill("SIGKILL");
			await program.exited.catch(() => {});
		}
		for (const program of programs) program.verify();
	}
}
