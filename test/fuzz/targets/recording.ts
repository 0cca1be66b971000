import { directEngine } from "../../../host-sim/recording/engines.js";
import { RecordingError } from "../../../host-sim/recording/failure.js";
import { readRecording } from "../../../host-sim/recording/read.js";
import { type Outcome, replay } from "../../../host-sim/recording/replay.js";
import { DEFAULT_RATES } from "../../../host-sim/simulation/faults/rates.js";
import { runWorld, specOf } from "../../../host-sim/simulation/seed.js";
import { bytesOf, pieces, WHOLE } from "../bytes.js";
import { spoilt } from "../mutate.js";
import type { Random } from "../random.js";
import { demand, demandSame, type Target } from "../target.js";

/** The lines of a short world. */
function recordedWorld(seed: number): string[] {
	const lines: string[] = [];
	const header = { firmware: "1.2.3", engine: "node" } as const;
	const recording = { header, write: (line: string) => lines.push(line) };
	runWorld({ ...specOf({ seed, hours: 0.05, devices: 2, faults: DEFAULT_RATES }), recording });
	return lines;
}

/** Made when they are first needed. */
let worlds: readonly string[][] | undefined;

function someLines(random: Random): string[] {
	worlds ??= [5, 6].map(recordedWorld);
	return random.pick(worlds).slice(0, 1 + random.small(400));
}

/** Lines moved, left out, twice there. */
function shuffled(lines: readonly string[], random: Random): string[] {
	const copy = [...lines];
	for (let count = random.small(4); count > 0; count--) {
		const at = 1 + random.below(Math.max(1, copy.length - 1));
		const taken = copy.splice(at, random.below(3));
		if (random.chance(0.6)) copy.splice(1 + random.below(copy.length), 0, ...taken);
		if (random.chance(0.3)) copy.splice(at, 0, ...taken);
	}
	return copy;
}

const wordsOf = async (parts: readonly Uint8Array[]): Promise<{ words: string; outcome?: Outcome }> => {
	try {
		const outcome = await replay(readRecording(parts), directEngine());
		return { words: JSON.stringify(outcome), outcome };
	} catch (error) {
		if (!(error instanceof RecordingError)) throw error;
		demand(!error.message.includes("\n"), "more than a line");
		return { words: error.message };
	}
};

/** A recording, and the firmware against it. The first byte says how it is cut. */
export const recording: Target = {
	name: "recording",
	covers: [
		"host-sim/recording/codec.ts",
		"host-sim/recording/entry.ts",
		"host-sim/recording/read.ts",
		"host-sim/recording/replay.ts",
		"host-sim/recording/replayed-device.ts",
		"host-sim/recording/mirror.ts",
		"host-sim/recording/describe.ts",
	],
	share: 0.3,
	generate: (random) => {
		const lines = someLines(random);
		const bytes = bytesOf((random.chance(0.5) ? shuffled(lines, random) : lines).join(""));
		return new Uint8Array([random.below(0x100), ...spoilt(bytes, random, 0.5)]);
	},
	run: async (input) => {
		const bytes = input.subarray(Math.min(1, input.length));
		const { words, outcome } = await wordsOf(pieces(bytes, WHOLE));
		demandSame((await wordsOf(pieces(bytes, input[0] ?? 0))).words, words, "another replay when cut");
		if (outcome === undefined) return "refused";
		const { divergence, crossings, duration } = outcome;
		const lines = bytes.reduce((sum, byte) => sum + (byte === 0x0a ? 1 : 0), 0);
		demand(crossings < Math.max(1, lines), "more crossings than lines");
		demand(duration >= 0, "a time that cannot be");
		if (divergence === undefined) return "the same";
		demand(divergence.line > 1 && divergence.line <= lines, "a divergence nowhere");
		demand(divergence.recorded !== divergence.firmware, "a divergence of the same");
		return "diverged";
	},
};
