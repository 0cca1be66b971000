import { expect, it } from "vitest";
import { DEFAULT_RATES } from "../../../host-sim/simulation/faults/rates.js";
import { runWorld, specOf } from "../../../host-sim/simulation/seed.js";

// What changes a world on purpose changes these too: `npx vitest run -u` with this file's path.
it("a seed has the same trace on every machine and with every version of Node", () => {
	const hashes = [1, 2, 2 ** 40].map((seed) => {
		const { hash, lines, failure } = runWorld(
			specOf({ seed, hours: 0.5, devices: 3, faults: DEFAULT_RATES }),
		);
		return `${seed}: ${hash}, ${lines} lines, ${failure?.what ?? "passed"}`;
	});
	expect(hashes).toMatchInlineSnapshot(`
		[
		  "1: 6646e416a25d904334e0a4d7a86bd2841ec54cc98c3eef2c63d76079efdf6102, 10085 lines, passed",
		  "2: 65ce2213366c61828b2a33dbb5eb3336bb4b4a1434a34b97211fb5655f691072, 9849 lines, passed",
		  "1099511627776: 636fff8e64ff9cd4014cc010a50cd9b590bb642fb5eedb06abfa2404a60b081f, 10240 lines, passed",
		]
	`);
});
