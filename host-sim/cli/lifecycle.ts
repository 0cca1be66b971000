import { timer } from "../io/timer.js";
import { codeOf, ExitCode } from "./failure.js";

/** Something that runs until it is stopped. */
export interface Running {
	/** Whether it was ever able to do its work: online, or listening. */
	hasWorked(): boolean;
	/** Resolves, with why in one line, if it cannot go on. */
	readonly failed?: Promise<string> | undefined;
	/** Ends it cleanly. */
	stop(): Promise<void>;
}

/** Milliseconds that ending cleanly may take in all. */
const STOP_TIMEOUT = 1800;

type Ending = "signal" | "duration" | "unread" | "unwritable" | "failure";

/** How a run of the command line ends. */
export class Lifecycle {
	readonly #ending: Promise<Ending>;
	#end: (ending: Ending) => void = () => {};

	/** @param signalled resolves at the first SIGINT or SIGTERM */
	constructor(signalled: Promise<unknown>) {
		this.#ending = new Promise((resolve) => {
			this.#end = resolve;
		});
		signalled.then(() => {
			// A second one does not wait for anything.
			for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit());
			this.#end("signal");
		});
		// `nightlight … | head -1` is no failure; a full disk is one.
		process.stdout.on("error", (error) => this.#end(codeOf(error) === "EPIPE" ? "unread" : "unwritable"));
		// The log has nowhere else to go.
		process.stderr.on("error", () => {});
	}

	/**
	 * Waits for a signal, the end of `duration` (seconds), or an output that takes nothing any more;
	 * then stops `running` and ends the process with the contract's exit code.
	 */
	async toTheEnd(running: Running, duration: number | undefined): Promise<void> {
		if (duration !== undefined) timer.set(() => this.#end("duration"), duration * 1000);
		running.failed?.then((reason) => {
			process.stderr.write(`nightlight: ${reason}\n`);
			this.#end("failure");
		});
		const ending = await this.#ending;
		const overdue = new Promise<void>((resolve) => setTimeout(resolve, STOP_TIMEOUT).unref());
		await Promise.race([running.stop(), overdue]);
		const isFailure =
			ending === "unwritable" || ending === "failure" || (ending === "duration" && !running.hasWorked());
		if (ending === "unwritable") process.stderr.write("nightlight: cannot write to standard output\n");
		process.exit(isFailure ? ExitCode.FAILED : ExitCode.DONE);
	}
}
