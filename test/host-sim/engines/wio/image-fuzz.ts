import { drawFault } from "../../../../host-sim/co-processor/draw-fault.js";
import { seededRandom } from "../../../support/virtual/random.js";
import { ImageStage, LEAST } from "./image-stage.js";

/** What a board went through. */
export interface Episodes {
	/** What failed, in order. */
	readonly faults: readonly string[];
	/** Why the board restarted by itself, which it must not. */
	readonly failures: readonly string[];
}

/** Milliseconds that a fault lasts at most, and within which the link is back. */
const BAD = 3000;
const BACK = 150_000;

/**
 * The flashable image on one emulated board, whose radio and line fail again and again as the seed draws it; each time
 * the link must come back.
 * @throws Error when it does not, or the program does what the chip does not
 */
export async function failAgainAndAgain(seed: number, episodes: number): Promise<Episodes> {
	const random = seededRandom(seed);
	const stage = await ImageStage.start({ ...LEAST, reconnect: { initial: 200, maximum: 2000 } });
	const { faults: switches } = stage.terminal.radio;
	const faults: string[] = [];
	try {
		for (let episode = 0; episode < episodes; episode++) {
			await stage.untilOnline(BACK);
			if (random() < 0.25) {
				const noise = Uint8Array.from({ length: 1 + Math.floor(random() * 30) }, () =>
					Math.floor(random() * 0x100),
				);
				switches.toHost.insert(noise, Math.floor(random() * 100));
				faults.push(`${noise.length} bytes inserted`);
			} else if (random() < 0.05) {
				faults.push("power cut");
				stage.lines.length = 0;
				stage.terminal.powerCut();
			} else faults.push(drawFault(stage.terminal.radio, random, ["home"]));
			await stage.advance(Math.floor(random() * BAD));
			switches.clear();
			// What went wrong just before shows when a call's deadline has passed.
			await stage.advance(2500);
			stage.keepLast();
		}
		await stage.untilOnline(BACK);
		const failures = stage.lines.filter(({ event, state }) => event === "board" && state === "failed");
		return { faults, failures: failures.map(({ reason }) => String(reason)) };
	} finally {
		stage.terminal.close();
	}
}
