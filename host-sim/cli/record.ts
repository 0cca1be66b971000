import { Recorder, type RecorderOptions } from "../recording/recorder.js";
import { openLineFile } from "./line-file.js";
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
	const { write } = openLineFile("--record", file, "recording", log);
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
