import { seededRandom } from "../support/virtual/random.js";
import type { SoakOptions } from "./options.js";

/** How a connection is cut: reset, closed in order, or both ends are left in the belief that it lives. */
export type Cut = "rst" | "fin" | "half-open";

/** Something that goes wrong when `at` of all readings have been taken. */
export interface Trouble {
	readonly at: number;
	/** A number from 0 up to, not including, 1, for whatever has to be chosen. */
	readonly choice: number;
	/** Milliseconds that it lasts, or until what was killed starts again. */
	readonly lasts: number;
}

/** What goes wrong in one run, of each kind in order. */
export interface Schedule {
	readonly broker: readonly Trouble[];
	readonly devices: readonly (Trouble & { readonly process: number })[];
	/** Some are to hit a commit, others anything. */
	readonly server: readonly (Trouble & { readonly isInCommit: boolean })[];
	readonly cuts: readonly (Trouble & { readonly cut: Cut })[];
	/** Kills of each peer's process, and of the subscriber's, as often as one process of devices and the server. */
	readonly peers: readonly (readonly Trouble[])[];
	readonly subscriber: readonly Trouble[];
}

const CUTS: readonly Cut[] = ["rst", "rst", "fin", "fin", "half-open"];

/** Draws up the troubles of a run: the same for the same options. */
export function scheduleOf(options: SoakOptions, peers: number): Schedule {
	const random = seededRandom(options.seed);
	const troubles = (count: number, longest: number): Trouble[] =>
		Array.from({ length: count }, () => ({
			at: Math.floor((0.01 + 0.95 * random()) * options.messages),
			choice: random(),
			lasts: Math.floor(random() * longest),
		})).sort((a, b) => a.at - b.at);
	const perProcess = Math.ceil(options.deviceKills / options.processes);
	return {
		broker: troubles(options.brokerKills, 1000),
		devices: troubles(options.deviceKills, 1500).map((trouble, index) => ({
			...trouble,
			process: index % options.processes,
		})),
		server: troubles(options.serverKills, 1500).map((trouble, index) => ({
			...trouble,
			isInCommit: index % 2 === 0,
		})),
		cuts: troubles(options.cuts, 0).map((trouble) => ({
			...trouble,
			cut: CUTS[Math.floor(random() * CUTS.length)] as Cut,
		})),
		peers: Array.from({ length: peers }, () => troubles(perProcess, 1500)),
		subscriber: troubles(options.serverKills, 1500),
	};
}
