/** A recording that cannot be replayed; the message is a line for people. */
export class RecordingError extends Error {
	override readonly name = "RecordingError";
	/** The line it is about, from 1. */
	readonly line: number | undefined;

	constructor(message: string, line?: number) {
		super(line === undefined ? message : `line ${line}: ${message}`);
		this.line = line;
	}
}
