import { Random } from "../random.js";
import { FAULT_NAMES, type FaultName, type FaultRates } from "./rates.js";

const SECOND = 1000;
export const HOUR = 3_600_000;

/** A fault that is to come. All of it is settled beforehand, so that a plan without it changes nothing else. */
export interface PlannedFault {
	readonly fault: FaultName;
	/** The device it happens to; `server` for the server, `broker` for the broker. */
	readonly target: string;
	/** Milliseconds since the beginning. */
	readonly at: number;
	/** Milliseconds it lasts; 0 for what happens at once. */
	readonly duration: number;
	/** What else it needs of chance. */
	readonly seed: number;
}

/** What a fault happens to, and milliseconds that it lasts: at least, at most. */
const KINDS: Readonly<
	Record<
		FaultName,
		{ readonly targets: "clients" | "devices" | "broker"; readonly lasts: readonly [number, number] }
	>
> = Object.freeze({
	latency: { targets: "clients", lasts: [SECOND, 60 * SECOND] },
	jitter: { targets: "clients", lasts: [SECOND, 60 * SECOND] },
	split: { targets: "clients", lasts: [SECOND, 120 * SECOND] },
	reset: { targets: "clients", lasts: [0, 0] },
	halfOpen: { targets: "clients", lasts: [0, 0] },
	stall: { targets: "clients", lasts: [SECOND, 30 * SECOND] },
	refusal: { targets: "clients", lasts: [SECOND, 120 * SECOND] },
	hang: { targets: "clients", lasts: [SECOND, 120 * SECOND] },
	lookup: { targets: "devices", lasts: [SECOND, 120 * SECOND] },
	wifi: { targets: "devices", lasts: [SECOND, 120 * SECOND] },
	power: { targets: "devices", lasts: [SECOND, 60 * SECOND] },
	storage: { targets: "devices", lasts: [SECOND, 120 * SECOND] },
	clockStep: { targets: "devices", lasts: [0, 0] },
	tickWrap: { targets: "devices", lasts: [0, 0] },
	lostAnswer: { targets: "broker", lasts: [SECOND, 30 * SECOND] },
	crash: { targets: "broker", lasts: [SECOND, 60 * SECOND] },
	amnesia: { targets: "broker", lasts: [SECOND, 60 * SECOND] },
	hangUp: { targets: "broker", lasts: [SECOND, 30 * SECOND] },
	closeOnPublish: { targets: "broker", lasts: [SECOND, 20 * SECOND] },
	nonsense: { targets: "devices", lasts: [0, 0] },
	stranger: { targets: "devices", lasts: [0, 0] },
});

/** Who is in a world, for faults. */
export interface Targets {
	readonly devices: readonly string[];
	/** Milliseconds from the beginning until the last fault is over. */
	readonly until: number;
}

/** Everything that is to go wrong, in order. The same seed and rates give the same plan. */
export function planFaults(seed: number, rates: FaultRates, { devices, until }: Targets): PlannedFault[] {
	const planned: PlannedFault[] = [];
	for (const fault of FAULT_NAMES) {
		const { targets, lasts } = KINDS[fault];
		const rate = rates[fault];
		// The tick counter is set before the world begins (`World`).
		if (rate === 0 || fault === "tickWrap") continue;
		const names =
			targets === "broker" ? ["broker"] : targets === "devices" ? devices : [...devices, "server"];
		for (const target of names) {
			const random = new Random(seed, `${fault} ${target}`);
			const pause = () => random.between(1, Math.ceil((2 * HOUR) / rate));
			for (let at = pause(); at < until; at += pause()) {
				const duration = Math.min(random.between(...lasts), until - at);
				planned.push({ fault, target, at, duration, seed: random.below(2 ** 32) });
			}
		}
	}
	return planned.sort((one, other) => one.at - other.at);
}
