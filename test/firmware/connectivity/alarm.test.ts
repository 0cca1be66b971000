import { describe, expect, it } from "vitest";
import { Alarm } from "../../../firmware/connectivity/alarm.js";
import { VirtualClock } from "../../support/virtual/clock.js";

const NEVER = Number.POSITIVE_INFINITY;

/** An alarm that notes when it goes off. */
function newBell(start = 0) {
	const clock = new VirtualClock(start);
	const rang: number[] = [];
	const host = { timer: clock, now: () => clock.now() };
	return { clock, rang, bell: new Alarm(host, () => rang.push(clock.elapsed)) };
}

describe.each([0, 2 ** 31 - 30, 2 ** 32 - 30])("an alarm on a clock that starts at %i", (start) => {
	it("goes off once, at its time", () => {
		const { clock, rang, bell } = newBell(start);
		bell.set(50);
		clock.advance(49);
		expect(rang).toEqual([]);
		clock.advance(100);
		expect(rang).toEqual([50]);
		expect(clock.timers).toBe(0);
	});

	it("goes off early when set to an earlier time", () => {
		const { clock, rang, bell } = newBell(start);
		bell.set(50);
		clock.advance(10);
		bell.set(20);
		expect(clock.timers).toBe(1);
		clock.advance(100);
		expect(rang).toEqual([30]);
	});

	it("leaves a timer alone that runs out before", () => {
		const { clock, rang, bell } = newBell(start);
		bell.set(50);
		clock.advance(10);
		bell.set(500);
		clock.advance(40);
		expect(rang).toEqual([50]);
	});
});

it.each([
	{ name: "moves away", delay: 1000, wait: 1 },
	{ name: "stays", delay: 1000, wait: 0 },
	{ name: "has come", delay: 0, wait: 0 },
])("makes no new timer when the time $name", ({ delay, wait }) => {
	const { clock, bell } = newBell();
	let made = 0;
	const set = clock.set.bind(clock);
	clock.set = (callback, after) => {
		made++;
		return set(callback, after);
	};
	for (let count = 0; count < 100; count++) {
		bell.set(delay);
		if (wait > 0) clock.advance(wait);
	}
	expect(made).toBe(1);
});

it("never goes off when the time is infinite", () => {
	const { clock, rang, bell } = newBell();
	bell.set(NEVER);
	expect(clock.timers).toBe(0);
	bell.set(10);
	bell.set(NEVER);
	expect(clock.timers).toBe(0);
	clock.advance(100);
	expect(rang).toEqual([]);
});

it.each([0, -5])("goes off as soon as possible, but later, with %i ms to go", (delay) => {
	const { clock, rang, bell } = newBell();
	bell.set(delay);
	expect(rang).toEqual([]);
	clock.advance(0);
	expect(rang).toEqual([0]);
});

it("can be set anew from its own callback", () => {
	const clock = new VirtualClock();
	const rang: number[] = [];
	const host = { timer: clock, now: () => clock.now() };
	const bell: Alarm = new Alarm(host, () => {
		rang.push(clock.elapsed);
		if (rang.length < 3) bell.set(5);
	});
	bell.set(5);
	clock.advance(100);
	expect(rang).toEqual([5, 10, 15]);
	expect(clock.timers).toBe(0);
});
