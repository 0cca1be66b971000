import { describe, expect, it } from "vitest";
import { runAnyWorld } from "../../../../host-sim/simulation/any-world.js";
import { DEFAULT_RATES, NO_FAULTS } from "../../../../host-sim/simulation/faults/rates.js";
import { SCENARIOS } from "../../../../host-sim/simulation/stadium/scenarios.js";
import {
	STADIUM_DEVICES,
	type StadiumSeedOptions,
	scenarioOf,
} from "../../../../host-sim/simulation/stadium/stadium.js";

const OPTIONS: StadiumSeedOptions = {
	...{ profile: "stadium", seed: 0, hours: 0.1, devices: STADIUM_DEVICES },
	faults: DEFAULT_RATES,
};

describe("a stadium of twenty seats", () => {
	// `.ci/run` runs a hundred of them, `npm run long` two thousand.
	it.each(SCENARIOS.map((scenario, seed) => ({ ...scenario, seed })))(
		"$name, whatever goes wrong: $on",
		({ seed, name }) => {
			expect(scenarioOf(seed).name).toBe(name);
			expect(runAnyWorld({ ...OPTIONS, seed }).failure).toBeUndefined();
		},
		30_000,
	);

	it("follows from its seed alone", () => {
		const [one, other] = [runAnyWorld(OPTIONS), runAnyWorld(OPTIONS)];
		expect(other.hash).toBe(one.hash);
		expect(runAnyWorld({ ...OPTIONS, seed: SCENARIOS.length }).hash).not.toBe(one.hash);
	}, 30_000);

	it("where nothing goes wrong decides no more often than it must", () => {
		const decisions = (name: string) => {
			const seed = SCENARIOS.findIndex((scenario) => scenario.name === name);
			const lines: string[] = [];
			const { failure } = runAnyWorld(
				{ ...OPTIONS, seed, faults: NO_FAULTS },
				{ onLine: (line) => lines.push(line) },
			);
			expect(failure).toBeUndefined();
			const told = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === "decision");
			return told.map(({ rule, on, votes }) => `${rule} ${on} ${votes.on}/${votes.off}/${votes.silent}`);
		};
		expect(decisions("a bird on one").map((line) => line.replace(/ \d.*/, ""))).toEqual([
			...["median false", "some false", "strict false"],
		]);
		expect(decisions("a bird on one, two dead").filter((line) => line.startsWith("strict"))).toEqual([
			expect.stringMatching(/^strict false \d+\/\d+\/0$/),
			expect.stringMatching(/^strict false \d+\/\d+\/1$/),
			expect.stringMatching(/^strict true \d+\/\d+\/2$/),
		]);
	}, 30_000);
});
