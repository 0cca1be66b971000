import type { EngineName } from "../recording/entry.js";
import { Recorder, type RecorderOptions } from "../recording/recorder.js";
import { usage } from "./failure.js";
import { openLineFile } from "./line-file.js";
import type { DeviceOptions } from "./options.js";
import { checkOutputs, type NamedFile } from "./output-files.js";
import { version } from "./version.js";

/**
 * Makes the file of `--record`, in place of an earlier one (see `checkOutputs`). When it cannot be written any more, the
 * recording ends, and what is recorded goes on.
 * @param onCut hears of that, in a line
 * @throws Failure for a file that cannot be written
 */
export function openRecording(
	file: string,
	engine: EngineName,
	onCut: (line: string) => void,
): Pick<RecorderOptions, "header" | "write"> {
	const { write } = openLineFile("--record", file, "recording", onCut);
	return { header: { firmware: version(), engine }, write };
}

/**
 * Makes a recorder of one device.
 * @param inputs the files that the command reads
 * @param onCut see `openRecording`
 * @throws Failure for a file that cannot be written, that is there already, or that is an input
 */
export function deviceRecorder(
	{ record, engine, force }: Pick<DeviceOptions, "record" | "engine" | "force">,
	inputs: readonly NamedFile[],
	onCut: (line: string) => void,
): Recorder | undefined {
	if (record === undefined) return undefined;
	if (engine === "wio") throw usage("--record is not for --engine wio: the board is its own host");
	checkOutputs([{ name: "--record", file: record }], inputs, force);
	const begun = performance.now();
	const elapsed = () => Math.trunc(performance.now() - begun);
	return new Recorder({ ...openRecording(record, engine, onCut), elapsed });
}
