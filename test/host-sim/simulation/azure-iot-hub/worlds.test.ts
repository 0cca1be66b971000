import { describe, expect, it } from "vitest";
import { runAnyWorld } from "../../../../host-sim/simulation/any-world.js";
import {
	HUB_FAULTS,
	HUB_RATES,
	NO_HUB_FAULTS,
} from "../../../../host-sim/simulation/azure-iot-hub/faults.js";
import type { HubSeedOptions } from "../../../../host-sim/simulation/azure-iot-hub/seed.js";
import { isAll } from "../../../support/lane.js";

const OPTIONS: HubSeedOptions = {
	...{ profile: "azure-iot-hub", seed: 1, hours: 0.25, devices: 3 },
	faults: HUB_RATES,
};

/** What a world tells, as `source event`, with how often. */
function told(options: HubSeedOptions): Map<string, number> {
	const counts = new Map<string, number>();
	const { failure } = runAnyWorld(options, {
		onLine: (line) => {
			const { source, event, told } = JSON.parse(line);
			const name = `${source} ${told?.event ?? event}`;
			counts.set(name, (counts.get(name) ?? 0) + 1);
		},
	});
	expect(failure).toBeUndefined();
	return counts;
}

describe("worlds at a hub", () => {
	it("hold whatever goes wrong, and everything goes wrong", () => {
		const happened = new Set<string>();
		// `.ci/run` runs more of them by themselves.
		for (let seed = 1; seed <= 16 && (isAll || happened.size < HUB_FAULTS.length); seed++) {
			const { failure, faults } = runAnyWorld({ ...OPTIONS, seed });
			expect(failure, `seed ${seed}`).toBeUndefined();
			for (const fault of faults.keys()) happened.add(fault);
		}
		expect([...happened].sort()).toEqual([...HUB_FAULTS].sort());
	}, 60_000);

	it("follow from their seed alone", () => {
		const [one, other] = [runAnyWorld(OPTIONS), runAnyWorld(OPTIONS)];
		expect(one.hash).toBe(other.hash);
		expect(one.lines).toBe(other.lines);
		expect(runAnyWorld({ ...OPTIONS, seed: 2 }).hash).not.toBe(one.hash);
	});

	it("are full of what a hub is for", () => {
		const counts = told({ ...OPTIONS, faults: { ...NO_HUB_FAULTS, service: 200 } });
		for (const event of ["telemetry", "c2d-completed", "method-answered", "twin-reported", "twin-desired"])
			expect(counts.get(`hub ${event}`), event).toBeGreaterThan(5);
		expect(counts.get("device led")).toBeGreaterThan(5);
	});
});
