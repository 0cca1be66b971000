import { describe, expect, it } from "vitest";
import { VirtualClock } from "./clock.js";
import { seededRandom } from "./random.js";

describe("the virtual clock", () => {
	it("runs what is due in order of time, and of making", () => {
		const clock = new VirtualClock();
		const ran: string[] = [];
		const note = (name: string) => () => ran.push(`${name} at ${clock.elapsed}`);
		clock.set(note("late"), 20);
		clock.set(note("first"), 10);
		clock.post(note("second"), 10);
		clock.set(note("not yet"), 31);
		clock.advance(30);
		expect(ran).toEqual(["first at 10", "second at 10", "late at 20"]);
		expect(clock.elapsed).toBe(30);
		expect(clock.timers).toBe(1);
	});

	it("never calls back from within a call", () => {
		const clock = new VirtualClock();
		let ran = false;
		clock.set(() => {
			ran = true;
		}, 0);
		expect(ran).toBe(false);
		clock.advance(0);
		expect(ran).toBe(true);
	});

	it("repeats without drift until cleared, also by the callback itself", () => {
		const clock = new VirtualClock();
		const times: number[] = [];
		const id = clock.repeat(() => {
			times.push(clock.elapsed);
			if (times.length === 3) clock.clear(id);
		}, 7);
		clock.advance(100);
		expect(times).toEqual([7, 14, 21]);
		expect(clock.timers).toBe(0);
	});

	it("runs what a callback adds when that is due too", () => {
		const clock = new VirtualClock();
		const times: number[] = [];
		clock.set(() => {
			times.push(clock.elapsed);
			clock.set(() => times.push(clock.elapsed), 5);
		}, 5);
		clock.advance(10);
		expect(times).toEqual([5, 10]);
	});

	it("clears what has not run, and minds nothing else", () => {
		const clock = new VirtualClock();
		const id = clock.set(() => expect.unreachable(), 1);
		clock.clear(id);
		clock.clear(id);
		clock.clear(undefined);
		clock.advance(10);
	});

	it("wraps at 32 bits", () => {
		const clock = new VirtualClock(2 ** 32 - 10);
		clock.advance(15);
		expect(clock.now()).toBe(5);
		expect(clock.elapsed).toBe(15);
	});

	it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("refuses a delay of %s", (delay) => {
		expect(() => new VirtualClock().set(() => {}, delay)).toThrow(RangeError);
	});

	it("ends a loop without end", () => {
		const clock = new VirtualClock();
		const again = () => clock.post(again);
		again();
		expect(() => clock.advance(1)).toThrow("without end");
	});
});

it("the seeded random repeats itself, within bounds", () => {
	const first = seededRandom(7);
	const second = seededRandom(7);
	for (let count = 0; count < 1000; count++) {
		const value = first();
		expect(value).toBe(second());
		expect(value >= 0 && value < 1).toBe(true);
	}
});
