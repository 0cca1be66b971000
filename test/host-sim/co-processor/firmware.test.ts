import { expect, it } from "vitest";
import { fuzzRadio } from "../../firmware/boards/wio-terminal/fuzz.js";
import { inLane } from "../../support/lane.js";

/** `npm run long` has 100,000. */
const SEEDS = inLane(100, 2000);

it(
	`over ${SEEDS} radios that fail as a seed draws it, the link comes back, and nothing that is kept is lost`,
	() => {
		const bad: string[] = [];
		for (let seed = 1; seed <= SEEDS; seed++) {
			const { faults, problem } = fuzzRadio(seed);
			if (problem !== undefined) bad.push(`${seed}: ${faults.join(", ")}: ${problem}`);
		}
		expect(bad).toEqual([]);
	},
	inLane(30_000, 300_000),
);
