import { ExitCode } from "./failure.js";

/** Something that runs until it is stopped. */
export interface Running {
	/** Whether it was ever able to do its work: online, or listening. */
	hasWorked(): boolean;
	/** Ends it cleanly. */
	stop(): Promise<void>;
}

/** Milliseconds that ending cleanly may take in all. */
const STOP_TIMEOUT = 1800;

/**
 * Waits for a signal, the end of `duration` (seconds), or the reader of standard output to go away;
 * then stops `running` and ends the process with the contract's exit code. A second signal ends it
 * at once.
 */
export async function runToTheEnd(running: Running, duration: number | undefined): Promise<void> {
	const end = await ending(duration);
	const overdue = new Promise<void>((resolve) => setTimeout(resolve, STOP_TIMEOUT).unref());
	await Promise.race([running.stop(), overdue]);
	process.exit(end === "duration" && !running.hasWorked() ? ExitCode.FAILED : ExitCode.DONE);
}

function ending(duration: number | undefined): Promise<"signal" | "duration" | "unread"> {
	return new Promise((resolve) => {
		for (const signal of ["SIGINT", "SIGTERM"] as const) {
			process.once(signal, () => {
				process.once(signal, () => process.exit(ExitCode.DONE));
				resolve("signal");
			});
		}
		// `nightlight … | head -1` is no failure.
		process.stdout.on("error", () => resolve("unread"));
		if (duration !== undefined) setTimeout(() => resolve("duration"), duration * 1000);
	});
}
