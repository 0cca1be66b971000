import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Clock } from "../../../host-sim/simulation/clock.js";
import { Random } from "../../../host-sim/simulation/random.js";
import { OwnTimers } from "./own-timers.js";

let clock: Clock;
let timers: OwnTimers;
let happened: string[];
const happen = (what: string) => () => {
	happened.push(`${what} ${clock.elapsed}`);
};

beforeEach(() => {
	clock = new Clock();
	timers = new OwnTimers(clock, new Random(1, "test"));
	happened = [];
	timers.install();
});
afterEach(() => timers.restore());

describe("timers that a world owns", () => {
	it.each<{ name: string; act: () => void; wanted: string[] }>([
		{
			name: "fire in the order of their times, and of their making",
			act: () => {
				setTimeout(happen("b"), 20);
				setTimeout(happen("c"), 20);
				setTimeout(happen("a"), 10);
			},
			wanted: ["a 10", "b 20", "c 20"],
		},
		{ name: "take 1 ms at least", act: () => setTimeout(happen("a"), 0), wanted: ["a 1"] },
		{
			name: "hand on arguments",
			act: () => setTimeout((what: string) => happen(what)(), 5, "x"),
			wanted: ["x 5"],
		},
		{ name: "do not fire when cleared", act: () => clearTimeout(setTimeout(happen("a"), 5)), wanted: [] },
		{ name: "of which there is none are cleared", act: () => clearTimeout(undefined), wanted: [] },
		{
			name: "begin anew when refreshed",
			act: () => {
				const timer = setTimeout(happen("a"), 20);
				setTimeout(() => timer.refresh(), 15);
				setTimeout(() => timer.refresh(), 30);
			},
			wanted: ["a 50"],
		},
		{
			name: "fire again when refreshed after that",
			act: () => {
				const timer = setTimeout(happen("a"), 10);
				setTimeout(() => timer.refresh(), 15);
			},
			wanted: ["a 10", "a 25"],
		},
		{
			name: "fire again and again, until cleared",
			act: () => {
				const timer = setInterval(happen("a"), 30).unref();
				setTimeout(() => clearInterval(timer), 70);
			},
			wanted: ["a 30", "a 60"],
		},
		{
			name: "may clear themselves",
			act: () => {
				const timer = setInterval(() => {
					happen("a")();
					clearInterval(timer);
				}, 30);
			},
			wanted: ["a 30"],
		},
		{
			name: "fire no more when all are cleared",
			act: () => {
				setTimeout(happen("a"), 10);
				setInterval(happen("b"), 10);
				timers.clearAll();
			},
			wanted: [],
		},
	])("$name", ({ act, wanted }) => {
		act();
		clock.runTo(100);
		expect(happened).toEqual(wanted);
		clock.runTo(1000);
		expect(happened).toEqual(wanted);
	});

	it("leave one entry in the clock, however often they are refreshed", () => {
		const timer = setTimeout(happen("a"), 50);
		for (let time = 1; time <= 200; time++) {
			clock.runTo(time);
			timer.refresh();
			expect(clock.size).toBe(1);
		}
		clock.runTo(1000);
		expect(happened).toEqual(["a 250"]);
	});

	it("show the world's time and chance", () => {
		clock.runTo(1234);
		expect(Date.now()).toBe(1234);
		const wanted = new Random(1, "test");
		expect([Math.random(), Math.random()]).toEqual([wanted.next(), wanted.next()]);
	});
});

describe("settling", () => {
	it("waits for immediates, ticks and promises, and whatever they bring about", async () => {
		setImmediate(() => {
			happen("immediate")();
			process.nextTick(() => {
				happen("tick")();
				Promise.resolve().then(() => {
					happen("promise")();
					setImmediate(happen("second immediate"));
				});
			});
		});
		await timers.settle();
		expect(happened).toEqual(["immediate 0", "tick 0", "promise 0", "second immediate 0"]);
	});

	it("does not wait for timers, nor for an immediate that was cleared", async () => {
		setTimeout(happen("timer"), 1);
		clearImmediate(setImmediate(happen("immediate")));
		await timers.settle();
		expect(happened).toEqual([]);
	});

	it.each([
		{ where: "a timer", act: (fail: () => never) => setTimeout(fail, 1) },
		{ where: "an immediate", act: (fail: () => never) => setImmediate(fail) },
		{ where: "a call", act: (fail: () => never) => timers.run(fail) },
	])("throws what $where threw, once", async ({ act }) => {
		act(() => {
			throw new Error("it failed");
		});
		clock.runTo(10);
		await expect(timers.settle()).rejects.toThrow("it failed");
		await timers.settle();
	});

	it("ends what never ends", async () => {
		let goesOn = true;
		const again = () => {
			if (goesOn) setImmediate(again);
		};
		again();
		await expect(timers.settle()).rejects.toThrow("immediates without end at 0 ms");
		goesOn = false;
		await timers.settle();
	});

	it("is to be done after a call and a timer, and not otherwise", async () => {
		expect(timers.isBusy).toBe(false);
		timers.run(() => {});
		expect(timers.isBusy).toBe(true);
		await timers.settle();
		expect(timers.isBusy).toBe(false);
		setTimeout(() => {}, 1);
		clock.runTo(10);
		expect(timers.isBusy).toBe(true);
	});
});
