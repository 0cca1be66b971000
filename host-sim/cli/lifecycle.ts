import { timer } from "../io/timer.js";
import { codeOf, ExitCode, Failure } from "./failure.js";

/** Something that runs until it is stopped. */
export interface Running {
	/** Whether it could do its work: was online, on the last connection with all it asked for; or listening. */
	hasWorked(): boolean;
	/** Resolves when it runs, if that is not at once. */
	readonly started?: Promise<void> | undefined;
	/** Rejects if it cannot start or go on: with a `Failure`, unless it is a mistake of ours. */
	readonly failed?: Promise<never> | undefined;
	/** Ends it cleanly. */
	stop(): Promise<void>;
}

/** Milliseconds that ending cleanly may take in all. */
const STOP_TIMEOUT = 1800;

const UNWRITABLE = "cannot write to standard output";

type Ending = "signal" | "duration" | "unread" | "unwritable";

/** How a run of the command line ends. */
export class Lifecycle {
	/** Resolves at the first SIGINT or SIGTERM, with its name. */
	readonly signalled: Promise<"SIGINT" | "SIGTERM">;
	readonly #ending: Promise<Ending>;
	#signal: "SIGINT" | "SIGTERM" | undefined;
	#isUnwritable = false;
	#hasFailed = false;
	#end: (ending: Ending) => void = () => {};

	/** @param signalled resolves at the first SIGINT or SIGTERM, with its name */
	constructor(signalled: Promise<"SIGINT" | "SIGTERM">) {
		this.signalled = signalled;
		this.#ending = new Promise((resolve) => {
			this.#end = resolve;
		});
		signalled.then((name) => {
			this.#signal = name;
			// A second one does not wait for anything.
			for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit());
			this.#end("signal");
		});
		// `nightlight … | head -1` is no failure; a full disk is one.
		process.stdout.on("error", (error) => {
			this.#isUnwritable ||= codeOf(error) !== "EPIPE";
			this.#end(codeOf(error) === "EPIPE" ? "unread" : "unwritable");
		});
		// The log has nowhere else to go.
		process.stderr.on("error", () => {});
	}

	/** Goes on after a failure that `log` has told: however the run ends now, its exit code is not 0. */
	fail(): void {
		this.#hasFailed = true;
		process.exitCode = ExitCode.FAILED;
	}

	/**
	 * For work that never waits, so that no signal would be heard: from now on one ends the process at once, and so does
	 * one that has come before.
	 */
	endAtSignals(): void {
		if (this.#signal !== undefined) process.exit(ExitCode[this.#signal]);
		for (const signal of ["SIGINT", "SIGTERM"] as const) process.removeAllListeners(signal);
	}

	/**
	 * Waits until standard output has taken all of what a command printed that ends by itself.
	 * @throws Failure when it cannot be written; not when nobody reads it any more
	 */
	async written(): Promise<void> {
		await new Promise<void>((resolve) => process.stdout.write("", () => resolve()));
		// The stream tells of an error in a later turn.
		await new Promise<void>((resolve) => setImmediate(resolve));
		if (this.#isUnwritable) throw new Failure(ExitCode.FAILED, UNWRITABLE);
	}

	/**
	 * Waits for a signal, the end of `duration` (seconds, from when it runs), or an output that takes
	 * nothing any more; then stops `running` and ends the process with the contract's exit code.
	 * @throws what `running` fails with
	 */
	async toTheEnd(running: Running, duration: number | undefined): Promise<void> {
		if (duration !== undefined) {
			const count = () => timer.set(() => this.#end("duration"), duration * 1000);
			if (running.started === undefined) count();
			else running.started.then(count);
		}
		let ending: Ending;
		try {
			ending = await (running.failed === undefined
				? this.#ending
				: Promise.race([this.#ending, running.failed]));
		} finally {
			const overdue = new Promise<void>((resolve) => setTimeout(resolve, STOP_TIMEOUT).unref());
			await Promise.race([running.stop(), overdue]);
		}
		const isIdle = ending === "duration" && !running.hasWorked();
		const isFailure = this.#hasFailed || ending === "unwritable" || isIdle;
		if (ending === "unwritable") process.stderr.write(`nightlight: ${UNWRITABLE}\n`);
		process.exit(isFailure ? ExitCode.FAILED : ExitCode.DONE);
	}
}
