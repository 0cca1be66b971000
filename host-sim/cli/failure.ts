/** Exit codes: the contract of the command line. */
export const ExitCode = Object.freeze({
	/** Done, a signal included. */
	DONE: 0,
	/** It could not work: a port is taken, or the broker was never reached. */
	FAILED: 1,
	/** A wrong option, configuration or input file. */
	USAGE: 2,
});

/** Ends the command with one line on standard error, and an exit code. */
export class Failure extends Error {
	override readonly name = "Failure";
	readonly exitCode: number;

	/** @param message one line: what is wrong, and what is right */
	constructor(exitCode: number, message: string) {
		super(message);
		this.exitCode = exitCode;
	}
}

/** A wrong option, configuration or input file. */
export const usage = (message: string): Failure => new Failure(ExitCode.USAGE, message);

/** The operating system's word for an error, such as ENOENT. */
export const codeOf = (error: unknown): string =>
	(error as NodeJS.ErrnoException | undefined)?.code ?? String(error);
