import { ORDERER } from "../orders/orderer.js";
import { Random } from "../random.js";
import { FAULT_NAMES, type FaultName, namesIn } from "./rates.js";

const SECOND = 1000;
export const HOUR = 3_600_000;

/** A fault that is to come. All of it is settled beforehand, so that a plan without it changes nothing else. */
export interface PlannedFault<Name extends string = FaultName> {
	readonly fault: Name;
	/** The device it happens to; `server` for the server, `broker` for the broker, `orderer` for who orders. */
	readonly target: string;
	/** Milliseconds since the beginning. */
	readonly at: number;
	/** Milliseconds it lasts; 0 for what happens at once. */
	readonly duration: number;
	/** What else it needs of chance. */
	readonly seed: number;
}

/** A fault of a seed's plan. */
export interface NamedFault<Name extends string = FaultName> extends PlannedFault<Name> {
	/** As `reset:d2:3`: what happens to whom, and for which time. The same in a plan for fewer devices, or a shorter one. */
	readonly name: string;
}

/** What a fault happens to, and milliseconds that it lasts: at least, at most. */
export interface FaultKind {
	readonly targets: "clients" | "readers" | "devices" | "server" | "broker";
	readonly lasts: readonly [number, number];
}

/** The faults of a kind of world. */
export type FaultKinds<Name extends string> = Readonly<Record<Name, FaultKind>>;

/** Those of the lesson's worlds. */
export const KINDS: FaultKinds<FaultName> = Object.freeze({
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
	serverCrash: { targets: "server", lasts: [SECOND, 180 * SECOND] },
	nonsense: { targets: "readers", lasts: [0, 0] },
	stranger: { targets: "devices", lasts: [0, 0] },
	order: { targets: "devices", lasts: [0, 0] },
});

/** Who is in a world, for faults. */
export interface Targets {
	readonly devices: readonly string[];
	/** Milliseconds from the beginning until the last fault is over. */
	readonly until: number;
}

/** About as many faults as may be planned: all are in memory, 1.3 GB then. */
export const MAX_PLANNED = 5_000_000;

/** About how many faults a plan has. @param kinds of these worlds; by default the lesson's */
export function expectedFaults<Name extends string>(
	rates: Readonly<Record<Name, number>>,
	{ devices, until }: Targets,
	kinds = KINDS as FaultKinds<string> as FaultKinds<Name>,
): number {
	const anHour = namesIn(kinds)
		.filter((fault) => fault !== "tickWrap")
		.map((fault) => rates[fault] * targetsOf(kinds[fault], devices).length);
	return Math.round((anHour.reduce((sum, one) => sum + one, 0) * until) / HOUR);
}

/** Everything that is to go wrong, in order. The same seed and rates give the same plan. @param kinds of these worlds; by default the lesson's */
export function planFaults<Name extends string>(
	seed: number,
	rates: Readonly<Record<Name, number>>,
	{ devices, until }: Targets,
	kinds = KINDS as FaultKinds<string> as FaultKinds<Name>,
): NamedFault<Name>[] {
	const planned: NamedFault<Name>[] = [];
	for (const fault of namesIn(kinds)) {
		if (rates[fault] === 0) continue;
		for (const target of targetsOf(kinds[fault], devices)) {
			const random = new Random(seed, `${fault} ${target}`);
			let count = 0;
			for (const at of timesOf(fault, rates[fault], random)) {
				if (at >= until) break;
				const duration = Math.min(random.between(...kinds[fault].lasts), until - at);
				const name = `${fault}:${target}:${++count}`;
				planned.push({ fault, target, at, duration, seed: random.below(2 ** 32), name });
			}
		}
	}
	return planned.sort((one, other) => one.at - other.at);
}

/**
 * Checks that a fault can happen.
 * @param duration milliseconds; 0 exactly for what happens at once
 * @throws RangeError for a fault that there is not, a target that it does not happen to, a duration that it cannot have
 */
export function checkFault(
	{ fault, target, duration }: Pick<PlannedFault, "fault" | "target" | "duration">,
	devices: readonly string[],
): void {
	if (!Object.hasOwn(KINDS, fault)) {
		throw new RangeError(`no fault "${fault}"; there are ${FAULT_NAMES.join(", ")}`);
	}
	const targets = targetsOf(KINDS[fault], devices);
	if (!targets.includes(target)) {
		throw new RangeError(`${fault} does not happen to "${target}", but to ${targets.join(", ")}`);
	}
	const isLasting = KINDS[fault].lasts[1] > 0;
	if (isLasting ? duration > 0 && duration < Number.POSITIVE_INFINITY : duration === 0) return;
	throw new RangeError(
		`${fault} for ${duration} ms; ${isLasting ? "it lasts: more than 0" : "it happens at once: 0"}`,
	);
}

function targetsOf({ targets }: FaultKind, devices: readonly string[]): readonly string[] {
	if (targets === "broker" || targets === "server") return [targets];
	if (targets === "devices") return devices;
	return targets === "readers" ? [...devices, "server"] : [...devices, "server", ORDERER];
}

/** When a fault happens to one target. */
function* timesOf(fault: string, rate: number, random: Random): Generator<number> {
	if (fault === "tickWrap") {
		// The counter needs 49 days for the next time.
		if (random.chance(rate)) yield random.between(1, HOUR);
		return;
	}
	const pause = () => random.between(1, Math.ceil((2 * HOUR) / rate));
	for (let at = pause(); ; at += pause()) yield at;
}
