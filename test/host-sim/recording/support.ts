import { startNightlight } from "../../../firmware/app.js";
import { directEngine } from "../../../host-sim/recording/engines.js";
import type { Header } from "../../../host-sim/recording/entry.js";
import { readRecording } from "../../../host-sim/recording/read.js";
import { Recorder } from "../../../host-sim/recording/recorder.js";
import { type Outcome, replay } from "../../../host-sim/recording/replay.js";
import { DEFAULT_RATES, type FaultRates } from "../../../host-sim/simulation/faults/rates.js";
import { runWorld, specOf } from "../../../host-sim/simulation/seed.js";
import type { Settings } from "../../support/virtual/config.js";
import { type Scenario, type StartDevice, traceOf } from "../engines/trace.js";

export const HEADER: Header = { firmware: "1.2.3", engine: "node" };

export type Start = typeof startNightlight;

/** Replays a recording. */
export const replayed = (lines: readonly string[], start?: Start): Promise<Outcome> =>
	replay(readRecording([Buffer.from(lines.join(""))]), directEngine(start));

/** Plays a scenario with the firmware, or another one, and records it: its trace, and the lines, which `write` hears. */
export async function recorded(
	scenario: Scenario,
	settings: Settings,
	start: Start = startNightlight,
	write: (line: string) => void = () => {},
): Promise<{ trace: string[]; lines: string[] }> {
	const lines: string[] = [];
	const startRecorded: StartDevice = async (host, config) => {
		const clock = (host as { clock?: { elapsed: number } }).clock;
		const elapsed = () => clock?.elapsed ?? 0;
		const recorder = new Recorder({
			header: HEADER,
			elapsed,
			write: (line) => {
				lines.push(line);
				write(line);
			},
		});
		const device = recorder.device(host, config);
		const stop = device.start((on) => start(on, config));
		return {
			settled: () => Promise.resolve(),
			stop: () => new Promise((resolve) => device.stop(stop, resolve)),
		};
	};
	return { trace: await traceOf(startRecorded, scenario, settings), lines };
}

/** A seed's world, recorded. */
export function recordedWorld(seed: number, hours = 0.5, devices = 2, faults: FaultRates = DEFAULT_RATES) {
	const spec = specOf({ seed, hours, devices, faults });
	const lines: string[] = [];
	const recording = { header: HEADER, write: (line: string) => lines.push(line) };
	return { spec, lines, outcome: runWorld({ ...spec, recording }) };
}

/** The number of the first line that has this text, from 1. */
export const lineWith = (lines: readonly string[], text: string): number => {
	const index = lines.findIndex((line) => line.includes(text));
	if (index < 0) throw new Error(`no line has ${text}`);
	return index + 1;
};
