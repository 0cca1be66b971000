import { closeSync, openSync, writeSync } from "node:fs";
import { Recorder, type RecorderOptions } from "../recording/recorder.js";
import { codeOf, type Failure, usage } from "./failure.js";
import type { Engine } from "./options.js";
import { version } from "./version.js";

/**
 * Makes the file of `--record`, in place of an earlier one. When it cannot be written any more, the
 * recording ends, and what is recorded goes on.
 * @param log hears of that, in a line
 * @throws Failure for a file that cannot be written
 */
export function openRecording(
	file: string,
	engine: Engine,
	log: (line: string) => void,
): Pick<RecorderOptions, "header" | "write"> {
	let descriptor: number | undefined;
	try {
		descriptor = openSync(file, "w");
	} catch (error) {
		throw unwritable(file, error);
	}
	let isBegun = false;
	const write = (line: string): void => {
		if (descriptor === undefined) return;
		try {
			writeAll(descriptor, line);
			isBegun = true;
		} catch (error) {
			closeSync(descriptor);
			descriptor = undefined;
			if (!isBegun) throw unwritable(file, error);
			log(`--record ${file}: cannot be written any more (${codeOf(error)}); the recording ends there`);
		}
	};
	return { header: { firmware: version(), engine }, write };
}

/** Makes a recorder of one device. @throws Failure for a file that cannot be written */
export function deviceRecorder(
	{ record, engine }: { readonly record?: string; readonly engine: Engine },
	log: (line: string) => void,
): Recorder | undefined {
	if (record === undefined) return undefined;
	const begun = performance.now();
	const elapsed = () => Math.trunc(performance.now() - begun);
	return new Recorder({ ...openRecording(record, engine, log), elapsed });
}

const unwritable = (file: string, error: unknown): Failure =>
	usage(`--record ${file}: cannot be written (${codeOf(error)})`);

/** Writes all of it: a disk that is nearly full may take a part. */
function writeAll(descriptor: number, text: string): void {
	const bytes = Buffer.from(text);
	for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}
