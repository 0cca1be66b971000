import { describe, expect, it } from "vitest";
import { type AnySeedOptions, planOf, runAnyWorld } from "../../../host-sim/simulation/any-world.js";
import { DEFAULT_RATES } from "../../../host-sim/simulation/faults/rates.js";
import type { Outcome, WorldFailure } from "../../../host-sim/simulation/seed.js";
import { type FailedOutcome, runSeed, shrink } from "../../../host-sim/simulation/shrink.js";
import type { WorldEvent } from "../../../host-sim/simulation/trace.js";

type TracedEvent = WorldEvent & { readonly time: number };

/** A real world, with a rule of the test's own: `breaks` gives what an event does that must not be. */
const runWith =
	(breaks: (seen: readonly TracedEvent[], event: TracedEvent) => string | undefined) =>
	(options: AnySeedOptions): Outcome => {
		const seen: TracedEvent[] = [];
		let failure: WorldFailure | undefined;
		const onLine = (line: string) => {
			const event = JSON.parse(line) as TracedEvent;
			const invariant = failure === undefined ? breaks(seen, event) : undefined;
			if (invariant !== undefined) failure = { invariant, what: invariant, time: event.time };
			seen.push(event);
		};
		const outcome = runAnyWorld(options, { onLine });
		return { ...outcome, failure };
	};

const OPTIONS: AnySeedOptions = { seed: 11, hours: 1, devices: 3, faults: DEFAULT_RATES };

function shrunk(run: (options: AnySeedOptions) => Outcome) {
	const outcome = run(OPTIONS);
	const { failure } = outcome;
	if (failure === undefined) throw new Error("the rule holds in this world");
	return { failure, ...shrink({ options: OPTIONS, outcome: { ...outcome, failure } }, run) };
}

const isCrash = (event: TracedEvent) =>
	event.source === "fault" && event.fault === "crash" && event.phase === "begin";

describe("making a failing world smaller", () => {
	it("leaves the one fault and the one device that it takes", () => {
		const run = runWith((seen, event) =>
			event.source === "device" && event.device === "d2" && event.event === "link" && seen.some(isCrash)
				? "d2's link changed after a crash"
				: undefined,
		);
		const { options, outcome } = shrunk(run);
		expect(options.devices).toEqual(["d2"]);
		expect(options.only).toHaveLength(1);
		expect(options.only?.[0]).toMatch(/^crash:broker:\d+$/);
		expect(options.hours).toBeLessThan(1);
		expect(outcome.failure.invariant).toBe("d2's link changed after a crash");
		expect(run(options)).toEqual(outcome);
	});

	it("leaves what belongs together: two faults at two devices", () => {
		const lost = (device: string) => (event: TracedEvent) =>
			event.source === "power" && event.device === device && !event.isOn && event.isRestart !== true;
		const run = runWith((seen, event) =>
			lost("d3")(event) && seen.some(lost("d1")) ? "d3's power went after d1's" : undefined,
		);
		const { options } = shrunk(run);
		expect(options.devices).toEqual(["d1", "d3"]);
		expect(options.only).toHaveLength(2);
		expect(options.only).toEqual([
			expect.stringMatching(/^power:d1:/) as string,
			expect.stringMatching(/^power:d3:/) as string,
		]);
	});

	it("leaves no fault where none is needed, and no more time than that", () => {
		const run = runWith((_seen, event) => (event.time > 60_000 ? "a minute went by" : undefined));
		const { options } = shrunk(run);
		expect(planOf(options).faults).toEqual([]);
		expect(options.devices).toEqual(["d1"]);
		expect(options.hours).toBeLessThan(0.05);
	});

	it("takes another failure for another one", () => {
		const run = runWith((_seen, event) => {
			if (event.source !== "fault") return undefined;
			return event.fault === "reset" ? "a reset" : `something else: ${event.fault}`;
		});
		const { failure, outcome } = shrunk(run);
		expect(outcome.failure.invariant).toBe(failure.invariant);
	});

	it("is not asked of a world in which all holds", () => {
		expect(runSeed({ ...OPTIONS, hours: 0.1 })).toMatchObject({ seed: 11, shrunk: undefined });
	});
});

describe("a part of a seed's world", () => {
	it.each([
		{ only: ["reset:d9:1"], says: "reset:d9:1 is no fault of this world" },
		{ only: [""], says: " is no fault of this world" },
	])("has no fault $only", ({ only, says }) => {
		expect(() => planOf({ ...OPTIONS, only })).toThrow(says);
	});

	it("tells of the failure before that begins, and of none in a world that passes", () => {
		const told: string[] = [];
		const tell = ({ failure }: FailedOutcome) => told.push(failure.what);
		runSeed({ ...OPTIONS, hours: 0.1 }, {}, tell);
		expect(told).toEqual([]);
		const onLine = (line: string) => {
			if (line.includes('"state":"online"')) throw new Error("a mistake of the test's");
		};
		runSeed({ ...OPTIONS, hours: 0.1 }, { onLine }, tell);
		expect(told).toEqual(["Error: a mistake of the test's"]);
	});

	it("has the same faults by the same names as the whole, with fewer devices and in less time", () => {
		const whole = new Map(planOf(OPTIONS).faults.map((fault) => [fault.name, fault]));
		expect(whole.size).toBe(planOf(OPTIONS).faults.length);
		const part = planOf({ ...OPTIONS, hours: 0.5, devices: ["d2"] }).faults;
		const until = 1_800_000 - 200_000;
		expect(part.length).toBeGreaterThan(10);
		for (const { name, at, duration, ...fault } of part) {
			const { at: begins, duration: lasts, ...same } = whole.get(name) ?? { at: -1, duration: 0 };
			expect({ at, duration, fault: { ...fault, name } }).toEqual({
				at: begins,
				duration: Math.min(lasts, until - begins),
				fault: same,
			});
		}
	});

	it("has only the faults that are named, in order", () => {
		const [first, , third] = planOf(OPTIONS).faults.map(({ name }) => name) as [string, string, string];
		expect(planOf({ ...OPTIONS, only: [third, first] }).faults.map(({ name }) => name)).toEqual([
			first,
			third,
		]);
	});
});
