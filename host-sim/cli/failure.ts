/** Exit codes: the contract of the command line. */
export const ExitCode = Object.freeze({
	/** Done; for what runs until it is stopped, a signal included. */
	DONE: 0,
	/** It could not work: a port is taken, the broker was never reached, or it refused what is needed. */
	FAILED: 1,
	/** A wrong option, configuration or input file. */
	USAGE: 2,
	/** Work that ends by itself was stopped by a signal, as shells report it: 128 and the signal's number. */
	SIGINT: 130,
	SIGTERM: 143,
});

/** Ends the command with a line on standard error for each mistake, and an exit code. */
export class Failure extends Error {
	override readonly name = "Failure";
	readonly exitCode: number;
	/** What is wrong, and what is right: a line for each mistake. */
	readonly lines: readonly string[];

	/** @param lines one at least */
	constructor(exitCode: number, ...lines: readonly string[]) {
		super(lines.join("\n"));
		this.exitCode = exitCode;
		this.lines = lines;
	}
}

/** A wrong option, configuration or input file, in a line for each mistake. */
export const usage = (...lines: readonly string[]): Failure => new Failure(ExitCode.USAGE, ...lines);

/** Collects the mistakes of a user, so that all of them are reported at once. */
export class Mistakes {
	readonly lines: string[] = [];

	/** Does something; `undefined` when that is a mistake, which is collected. @throws what is no `Failure` */
	attempt<T>(action: () => T): T | undefined {
		try {
			return action();
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			this.lines.push(...error.lines);
			return undefined;
		}
	}
}

/** The operating system's word for an error, such as ENOENT. */
export const codeOf = (error: unknown): string =>
	(error as NodeJS.ErrnoException | undefined)?.code ?? String(error);
