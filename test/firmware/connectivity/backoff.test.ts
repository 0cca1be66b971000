import fc from "fast-check";
import { expect, it } from "vitest";
import { exponentialBackoff } from "../../../firmware/connectivity/backoff.js";

it.each([
	{ attempt: 0, jitter: 0, delay: 1000 },
	{ attempt: 1, jitter: 0, delay: 2000 },
	{ attempt: 2, jitter: 0, delay: 4000 },
	{ attempt: 5, jitter: 0, delay: 32_000 },
	{ attempt: 6, jitter: 0, delay: 60_000 },
	{ attempt: 7, jitter: 0, delay: 60_000 },
	{ attempt: 5000, jitter: 0, delay: 60_000 },
	{ attempt: 0, jitter: 0.5, delay: 750 },
	{ attempt: 0, jitter: 0.999_999, delay: 500 },
	{ attempt: 3, jitter: 0.25, delay: 7000 },
	{ attempt: 6, jitter: 0.5, delay: 45_000 },
])("waits $delay ms before try $attempt with a jitter of $jitter", ({ attempt, jitter, delay }) => {
	expect(exponentialBackoff(1000, 60_000)(attempt, jitter)).toBe(delay);
});

it("starts at the maximum when initial and maximum are one", () => {
	const backoff = exponentialBackoff(500, 500);
	expect([0, 1, 2].map((attempt) => backoff(attempt, 0))).toEqual([500, 500, 500]);
});

it("stays between half of the full waiting time and all of it, in whole milliseconds", () => {
	const jitter = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
	const time = fc.integer({ min: 10, max: 86_400_000 });
	fc.assert(
		fc.property(time, time, fc.nat(10_000), jitter, (one, other, attempt, chance) => {
			const initial = Math.min(one, other);
			const maximum = Math.max(one, other);
			const full = Math.min(maximum, initial * 2 ** attempt);
			const delay = exponentialBackoff(initial, maximum)(attempt, chance);
			expect(Number.isInteger(delay)).toBe(true);
			expect(delay).toBeLessThanOrEqual(full);
			expect(delay).toBeGreaterThanOrEqual(Math.floor(full / 2));
		}),
	);
});
