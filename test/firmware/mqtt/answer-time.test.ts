import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Asked, allBeginAgain, elapsed, patience } from "../../../firmware/mqtt/answer-time.js";
import { CLOCKS } from "./support.js";

describe("elapsed time", () => {
	it.each([
		{ name: "none", from: 5, now: 5, time: 0 },
		{ name: "some", from: 5, now: 12, time: 7 },
		{ name: "over 2**31", from: 2 ** 31 - 1, now: 2 ** 31 + 1, time: 2 },
		{ name: "over 2**32", from: 2 ** 32 - 1, now: 2 ** 32 + 1, time: 2 },
		{ name: "over the wrap of an unsigned clock", from: 2 ** 32 - 1, now: 1, time: 2 },
		{ name: "over the wrap of a signed clock", from: 2 ** 31 - 1, now: -(2 ** 31) + 1, time: 2 },
		{ name: "the longest", from: 0, now: 2 ** 31 - 1, time: 2 ** 31 - 1 },
		{ name: "a deadline ahead", from: 12, now: 5, time: -7 },
		{ name: "a deadline ahead, behind the wrap", from: 1, now: 2 ** 32 - 1, time: -2 },
		{ name: "on a clock of fractions", from: 0.5, now: 10.75, time: 10 },
		{ name: "after 100 years", from: 3.2e12, now: 3.2e12 + 9, time: 9 },
	])("is right: $name", ({ from, now, time }) => {
		expect(elapsed(now, from)).toBe(time);
	});

	it("is the same whatever the clock makes of times", () => {
		const times = fc.tuple(fc.integer({ min: 0, max: 2 ** 50 }), fc.integer({ min: 0, max: 2 ** 31 - 1 }));
		fc.assert(
			fc.property(times, ([from, time]) => {
				const now = from + time;
				expect(elapsed(now, from)).toBe(time);
				expect(elapsed(now | 0, from | 0)).toBe(time);
				expect(elapsed(now >>> 0, from >>> 0)).toBe(time);
			}),
			{ numRuns: 1000 },
		);
	});
});

describe.each(CLOCKS)("the time for an answer, with $clock", ({ start, read }) => {
	const at = (time: number): number => read(start + time);

	/** The times of A, asked at 0, and B, asked at 20; the drawing in `answer-time` has the same steps. */
	it.each([
		{ name: "begins when it is asked", steps: [], begins: [0, 20] },
		{
			name: "begins again when a part leaves, unless it was asked before",
			steps: [[20, 5]],
			begins: [0, 20],
		},
		{
			name: "begins again with each part that leaves",
			steps: [
				[30, 5],
				[40, 5],
			],
			begins: [0, 40],
		},
		{
			name: "begins again for all when a part of a large message comes",
			steps: [[40, 5], [50]],
			begins: [50, 50],
		},
		{ name: "begins again with each part that comes", steps: [[40, 5], [50], [60]], begins: [60, 60] },
		{ name: "begins again for all that nothing was idle before", steps: [[30]], begins: [30, 30] },
		{ name: "goes on for what was asked when nothing waited any more", steps: [[30, 20]], begins: [0, 20] },
	] as const)("$name", ({ steps, begins }) => {
		const asked: Asked[] = [{ since: at(0) }, { since: at(20) }];
		for (const [now, idle] of steps) allBeginAgain(asked, at(now), idle && at(idle));
		expect(asked.map(({ since }) => elapsed(since, at(0)))).toEqual(begins);
	});

	it.each([
		{ passed: 0, left: 100 },
		{ passed: 99, left: 1 },
		{ passed: 100, left: 0 },
		{ passed: 130, left: -30 },
	])("leaves $left ms of 100 after $passed ms", ({ passed, left }) => {
		expect(patience({ since: at(0) }, 100, at(passed))).toBe(left);
	});
});

it("what is not asked is waited for without an end", () => {
	expect(patience(undefined, 100, 5)).toBe(Number.POSITIVE_INFINITY);
});
