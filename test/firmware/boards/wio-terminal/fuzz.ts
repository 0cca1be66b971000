import { drawFault } from "../../../../host-sim/co-processor/draw-fault.js";
import { seededRandom } from "../../../support/virtual/random.js";
import { RadioStage } from "./stage.js";

/** What one seed came to. */
export interface Fuzzed {
	/** What went wrong with the radio, in order. */
	readonly faults: readonly string[];
	/** What the firmware did that it must not; `undefined`: nothing. */
	readonly problem: string | undefined;
}

/** Milliseconds within which the link is back once nothing is wrong any more: a backoff, and a slow start of the radio. */
const BACK = 150_000;

/**
 * A nightlight whose radio and its line fail as the seed draws it: at each time its network is in a known state, and
 * once all is well again the link comes back and what was kept arrives.
 */
export function fuzzRadio(seed: number): Fuzzed {
	const random = seededRandom(seed);
	const stage = new RadioStage({
		telemetry: { interval: 1000, qos: 1 },
		mqtt: { cleanSession: false },
		outbox: { policy: "keep", messages: 1000, bytes: 100_000 },
	});
	const faults: string[] = [];
	try {
		if (random() < 0.7) stage.untilOnline();
		for (let count = 1 + Math.floor(random() * 3); count > 0; count--) {
			if (random() < 0.3) {
				const noise = Uint8Array.from({ length: 1 + Math.floor(random() * 40) }, () =>
					Math.floor(random() * 0x100),
				);
				stage.chip.faults.toHost.insert(noise, Math.floor(random() * 100));
				faults.push(`${noise.length} bytes inserted`);
			} else faults.push(drawFault(stage.chip, random, ["home"]));
			stage.clock.advance(Math.floor(random() * 15_000));
		}
		stage.chip.faults.clear();
		stage.untilOnline(BACK);
		const outboxOf = () => stage.eventsOf("outbox").at(-1);
		// What went wrong just before shows when a call's deadline has passed.
		for (let gone = 0; gone < BACK; gone += 1000) {
			stage.clock.advance(1000);
			if (stage.isOnline && (outboxOf()?.pending ?? 0) <= 1) break;
		}
		const outbox = outboxOf();
		if (outbox !== undefined && outbox.pending > 1)
			return { faults, problem: `${outbox.pending} readings wait` };
		if ((outbox?.dropped ?? 0) + (outbox?.lost ?? 0) > 0) return { faults, problem: "readings dropped" };
		return { faults, problem: stopped(stage) };
	} catch (error) {
		return { faults, problem: (error as Error).message };
	}
}

/** Whether the device stops as it should; what is wrong, if anything. */
function stopped(stage: RadioStage): string | undefined {
	let isStopped = false;
	stage.stop(() => {
		isStopped = true;
	});
	stage.clock.advance(2000);
	return isStopped ? undefined : "it does not stop";
}
