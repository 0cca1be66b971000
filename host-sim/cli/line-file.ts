import { closeSync, openSync, writeSync } from "node:fs";
import { codeOf, type Failure, usage } from "./failure.js";

/** A file that an option names, and that is written line by line. */
export interface LineFile {
	/** Writes a line, which has its end; nothing any more once the file could not be written. @throws Failure for the first line only */
	write(line: string): void;
	close(): void;
}

/**
 * Makes the file that an option names, in place of an earlier one (see `checkOutputs`). When it cannot be written any more, it
 * ends there, and what is written about goes on; the run then ends with exit code 1 (`Lifecycle.fail`).
 * @param option the option's name, such as `--record`
 * @param what the file is, such as a recording
 * @param onCut hears of that end, in a line
 * @throws Failure for a file that cannot be written
 */
export function openLineFile(
	option: string,
	file: string,
	what: string,
	onCut: (line: string) => void,
): LineFile {
	const name = `${option} ${file}`;
	const unwritable = (error: unknown): Failure => usage(`${name}: cannot be written (${codeOf(error)})`);
	let descriptor: number | undefined;
	try {
		descriptor = openSync(file, "w");
	} catch (error) {
		throw unwritable(error);
	}
	let isBegun = false;
	const close = (): void => {
		if (descriptor !== undefined) closeSync(descriptor);
		descriptor = undefined;
	};
	const write = (line: string): void => {
		if (descriptor === undefined) return;
		try {
			writeAll(descriptor, line);
			isBegun = true;
		} catch (error) {
			close();
			if (!isBegun) throw unwritable(error);
			onCut(`${name}: cannot be written any more (${codeOf(error)}); the ${what} ends there`);
		}
	};
	return { write, close };
}

/** Writes all of it: a disk that is nearly full may take a part. */
function writeAll(descriptor: number, text: string): void {
	const bytes = Buffer.from(text);
	for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}
