import type { DayTask } from "./day/world.js";
import { duel } from "./measure.js";
import { plainJavaScript } from "./plain.js";
import { Process } from "./process.js";
import { type Bench, type Figure, scaled } from "./report.js";

const ROUNDS = 9;
/** Seconds of one core. */
const WANTED = { none: 1, default: 2 };

const DEVICES = [
	{ what: "QoS 0, a clean session, as by default", qos: 0, cleanSession: true },
	{ what: "QoS 1, a session that is kept", qos: 1, cleanSession: false },
	{ what: "QoS 2, a session that is kept", qos: 2, cleanSession: false },
] as const;

/** A day of one device in a world, each in a new process: what it takes of one core. */
export const day: Bench = {
	name: "day",
	sides: ["nothing goes wrong", "default faults"],
	async run(effort) {
		const hours = Math.max(0.1, 24 * Math.min(1, effort));
		const plain = await plainJavaScript();
		const measure = async (task: DayTask): Promise<number> => {
			const world = new Process(plain.path("test/bench/day/world.ts"));
			try {
				return await world.ask<number>(task);
			} finally {
				world.end();
			}
		};
		const figures: Figure[] = [];
		try {
			for (const { what, ...device } of DEVICES) {
				const { ours, theirs, quotient } = await duel(
					() => measure({ ...device, hours, faults: "none" }),
					() => measure({ ...device, hours, faults: "default" }),
					scaled(ROUNDS, effort),
					0,
				);
				figures.push({
					what,
					ours: `${ours.toFixed(2)} s`,
					theirs: `${theirs.toFixed(2)} s`,
					ratio: quotient.toFixed(2),
					goal: {
						wanted: `at most ${WANTED.none} s and ${WANTED.default} s`,
						isMet: ours <= WANTED.none && theirs <= WANTED.default,
					},
				});
			}
			return figures;
		} finally {
			plain.remove();
		}
	},
};
