import fc from "fast-check";
import { expect, it } from "vitest";
import { backoffDelay } from "../../server/backoff.js";

it.each([
	{ failures: 0, jitter: 0, delay: 1_000 },
	{ failures: 1, jitter: 0, delay: 2_000 },
	{ failures: 4, jitter: 0, delay: 16_000 },
	{ failures: 5, jitter: 0, delay: 30_000 },
	{ failures: 5_000, jitter: 0, delay: 30_000 },
	{ failures: 0, jitter: 1, delay: 500 },
	{ failures: 9, jitter: 0.5, delay: 22_500 },
])("after $failures failures, jitter $jitter: $delay ms", ({ failures, jitter, delay }) => {
	expect(backoffDelay(failures, jitter)).toBe(delay);
});

it("is never under half a second nor over half a minute", () => {
	fc.assert(
		fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (n, j) => {
			expect(backoffDelay(n, j)).toBeGreaterThanOrEqual(500);
			expect(backoffDelay(n, j)).toBeLessThanOrEqual(30_000);
		}),
	);
});
