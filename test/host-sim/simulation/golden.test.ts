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
		  "1: fe2f27682fc747a766de68642a140ec1656d2b920bf455ba53e0f360aad8e8cd, 10129 lines, passed",
		  "2: bd5f0fc0bc41a6fc7c0a81dd8c8290c55235adfa0d63e5c3aaa10849c48002a4, 9884 lines, passed",
		  "1099511627776: ceebf8799433bd140b08a38684d22704d48a083a504135aa053cda8274b82204, 10284 lines, passed",
		]
	`);
});
