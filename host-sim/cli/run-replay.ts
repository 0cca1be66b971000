import { closeSync, openSync, readSync } from "node:fs";
import { EngineError } from "../engines/failure.js";
import { directEngine, guestEngine } from "../recording/engines.js";
import type { EngineName } from "../recording/entry.js";
import { RecordingError } from "../recording/failure.js";
import { readRecording } from "../recording/read.js";
import { type Outcome, replay } from "../recording/replay.js";
import type { Engine } from "../recording/replayed-device.js";
import { jsonLine } from "./events.js";
import { codeOf, ExitCode, Failure, usage } from "./failure.js";
import { printable } from "./printable.js";

/** What the command line of `nightlight replay` says. */
export interface ReplayOptions {
	readonly json?: true;
	readonly engine?: EngineName;
}

/** Bytes that are read at a time. */
const PIECE = 65_536;

/**
 * Replays a recording and says what came of it; the exit code is 1 when the firmware did something else.
 * @throws Failure when the file is no recording, or the engine cannot be had
 */
export async function runReplay(file: string, { json, engine }: ReplayOptions): Promise<void> {
	const outcome = await replayFile(file, engine);
	process.stdout.write(`${json === true ? inJson(file, outcome) : printable(inWords(file, outcome))}\n`);
	process.exitCode = outcome.divergence === undefined ? ExitCode.DONE : ExitCode.FAILED;
}

async function replayFile(file: string, wanted: EngineName | undefined): Promise<Outcome> {
	const descriptor = open(file);
	try {
		const recording = readRecording(pieces(descriptor));
		return await replay(recording, engineFor(recording.header.engine, wanted));
	} catch (error) {
		if (error instanceof RecordingError) {
			throw usage(`${file}${error.line === undefined ? ":" : ","} ${error.message}`);
		}
		if (error instanceof EngineError) throw new Failure(ExitCode.FAILED, error.message);
		if (codeOf(error) === "EISDIR") throw unreadable(file, error);
		throw error;
	} finally {
		closeSync(descriptor);
	}
}

/**
 * What runs the firmware: what ran it when it was recorded, if nothing else is wanted.
 * @throws Failure for another one that would call its host in another way
 */
function engineFor(recorded: EngineName, wanted: EngineName = recorded): Engine {
	if (recorded === "node") {
		if (wanted === "node") return directEngine();
		throw usage(
			`--engine ${wanted}: it was recorded on node, where the firmware calls its host directly; record with --engine xs, and replay that on any`,
		);
	}
	switch (wanted) {
		case "node":
			return guestEngine(async (host, config, options) => {
				const { startOnV8 } = await import("../engines/v8/engine.js");
				return startOnV8(host, config, options);
			}, log);
		case "xs":
			return guestEngine(async (host, config, options) => {
				const { startOnXs } = await import("../engines/xs/engine.js");
				return startOnXs(host, config, options);
			}, log);
		case "arm":
			return guestEngine(async (host, config, options) => {
				const { startOnArm } = await import("../engines/arm/engine.js");
				return startOnArm(host, config, options);
			}, log);
	}
}

const log = (line: string): void => void process.stderr.write(`${printable(line)}\n`);

function open(file: string): number {
	try {
		return openSync(file, "r");
	} catch (error) {
		throw unreadable(file, error);
	}
}

const unreadable = (file: string, error: unknown): Failure =>
	usage(`${file}: cannot be read (${codeOf(error)}); nightlight device --record FILE makes a recording`);

function* pieces(descriptor: number): Generator<Uint8Array> {
	for (;;) {
		const piece = new Uint8Array(PIECE);
		const count = readSync(descriptor, piece);
		if (count === 0) return;
		yield piece.subarray(0, count);
	}
}

const count = (number: number): string => number.toLocaleString("en-US");

function inWords(file: string, { devices, duration, crossings, cutOff, divergence }: Outcome): string {
	if (divergence !== undefined) {
		const { line, device, at, recorded, firmware } = divergence;
		const where = `line ${line} of ${file}, device ${device}, after ${(at / 1000).toFixed(3)} s`;
		return `Diverged at ${where}: recorded ${recorded}; the firmware: ${firmware}`;
	}
	const what = `${count(devices)} ${devices === 1 ? "device" : "devices"}, ${count(Math.round(duration / 1000))} s`;
	const end = cutOff === undefined ? "" : `; line ${cutOff} is cut off, and the recording ends there`;
	return `Replayed ${what}, ${crossings === 1 ? "1 crossing" : `${count(crossings)} crossings`}: no divergence${end}`;
}

function inJson(file: string, { devices, duration, crossings, cutOff, divergence }: Outcome): string {
	const result = {
		source: "simulation",
		...{ file, devices, duration, crossings },
		...(cutOff !== undefined && { cutOff }),
	} as const;
	return divergence === undefined
		? jsonLine({ event: "replayed", ...result })
		: jsonLine({ event: "diverged", ...result, ...divergence });
}
