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
		  "1: 1e80e4a83d06cf3dc668f7e06fa96d51bb63e8085b9331b721566f3b1a79dd79, 10129 lines, passed",
		  "2: 172342057a9963ac8f51efead17723632f71d69279073a112af19132835363b0, 9884 lines, passed",
		  "1099511627776: ef615d7fb59907d4b0286fbdf4cd28da385078e293944b0fe06ac43ccc148083, 10284 lines, passed",
		]
	`);
});
