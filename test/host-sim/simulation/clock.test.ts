import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Clock } from "../../../host-sim/simulation/clock.js";

describe("a world's clock", () => {
	it("lets things happen when they are due, those due together in the order in which they were made", () => {
		fc.assert(
			fc.property(fc.array(fc.nat({ max: 20 }), { maxLength: 60 }), (delays) => {
				const clock = new Clock();
				const seen: number[] = [];
				delays.forEach((delay, index) => {
					clock.post(() => {
						expect(clock.elapsed).toBe(delay);
						seen.push(index);
					}, delay);
				});
				clock.runTo(20);
				const wanted = delays
					.map((_, index) => index)
					.sort((a, b) => (delays[a] as number) - (delays[b] as number) || a - b);
				expect(seen).toEqual(wanted);
				expect(clock.size).toBe(0);
			}),
		);
	});

	it("ends with a failure, even if that is caught where it arose", () => {
		const clock = new Clock();
		const seen: string[] = [];
		clock.post(() => {
			clock.fail(new Error("does not hold"));
			seen.push("goes on");
		}, 5);
		clock.post(() => seen.push("too late"), 5);
		expect(() => clock.runTo(10)).toThrow("does not hold");
		expect(() => clock.runTo(10)).toThrow("does not hold");
		expect([clock.elapsed, seen]).toEqual([5, ["goes on"]]);
	});

	it("is never early, and shows whole milliseconds", () => {
		const clock = new Clock();
		const times: number[] = [];
		clock.post(() => times.push(clock.elapsed), 1.2);
		clock.runTo(1);
		expect(times).toEqual([]);
		clock.runTo(10);
		expect([times, clock.elapsed]).toEqual([[2], 10]);
	});

	it("repeats until it is told not to, also from within", () => {
		const clock = new Clock();
		const times: number[] = [];
		const entry = clock.repeat(() => {
			times.push(clock.elapsed);
			if (times.length === 3) clock.clear(entry);
		}, 5);
		clock.runTo(100);
		expect(times).toEqual([5, 10, 15]);
	});

	it("lets nothing happen that was taken back", () => {
		const clock = new Clock();
		clock.clear(clock.post(() => expect.fail("it happened"), 5));
		clock.runTo(10);
		expect(clock.size).toBe(0);
	});

	it("ends what never ends", () => {
		const clock = new Clock();
		const again = () => clock.post(again, 0);
		again();
		expect(() => clock.runTo(1)).toThrow("callbacks without end at 0 ms");
	});

	it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("refuses a delay of %d", (delay) => {
		expect(() => new Clock().post(() => {}, delay)).toThrow(RangeError);
	});

	it.each([0, -1, Number.NaN])("refuses an interval of %d", (interval) => {
		expect(() => new Clock().repeat(() => {}, interval)).toThrow(RangeError);
	});
});
