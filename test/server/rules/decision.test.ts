import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { medianOf } from "../../../server/rules/count.js";
import { datedView } from "../../../server/rules/decision.js";
import { Bench } from "./support.js";

const rule = (...lines: readonly string[]) =>
	`{rules: {r: {votes: [a, b, c, d, e], commands: [m], ${lines.join(", ")}}}}`;
const MEDIAN = "median: {below: 300, hysteresis: 20}";
const AT_LEAST = "atLeast: {count: 3, below: 300, hysteresis: 20}";

describe("the first decision", () => {
	it("waits until each sensor has said something", () => {
		const bench = new Bench(rule(MEDIAN)).say("a=0 b=0 c=0 d=900");
		expect(bench.commands()).toEqual([]);
		expect(bench.view()).toMatchObject({ waits: { for: "votes", until: 10_000 } });
		expect(bench.say("e=900").commands()).toEqual(["m on@0"]);
		expect(bench.view().waits).toBeUndefined();
	});

	it("waits no longer than a sensor may be silent", () => {
		const bench = new Bench(rule(MEDIAN, "stale: 5")).wait(4).say("a=0 b=0 c=900");
		expect(bench.commands()).toEqual([]);
		expect(bench.wait(1).commands()).toEqual(["m on@5"]);
		expect(bench.votes).toBe("a=on b=on c=off d=silent e=silent");
	});

	it.each([
		{ otherwise: "keep", commands: [] },
		{ otherwise: "on", commands: ["m on@10"] },
		{ otherwise: "off", commands: ["m off@10"] },
	])("with nobody who votes it is as the rule says: $otherwise", ({ otherwise, commands }) => {
		const bench = new Bench(rule(MEDIAN, `otherwise: ${otherwise}`)).wait(60);
		expect(bench.commands()).toEqual(commands);
		const on = { keep: undefined, on: true, off: false }[otherwise];
		expect(bench.told).toEqual([`r ${on} 0/0/5 quorum`]);
	});
});

describe("a median", () => {
	it.each([
		{ name: "one that is covered changes nothing", say: "a=0 b=900 c=900 d=900 e=900", on: false },
		{ name: "two that are covered change nothing", say: "a=0 b=0 c=900 d=900 e=900", on: false },
		{ name: "three of five do", say: "a=0 b=0 c=0 d=900 e=900", on: true },
		{ name: "one that is in the light changes nothing", say: "a=1023 b=0 c=0 d=0 e=0", on: true },
		{ name: "at the limit it is off", say: "a=300 b=300 c=300 d=0 e=0", on: false },
		{ name: "below the limit it is on", say: "a=299.9 b=300 c=300 d=0 e=0", on: true },
	])("$name", ({ say, on }) => {
		expect(new Bench(rule(MEDIAN)).say(say).view().on).toBe(on);
	});

	it("goes off at the limit and the hysteresis, and on again below the limit", () => {
		const bench = new Bench(rule(MEDIAN)).say("a=0 b=0 c=299 d=900 e=900");
		expect(bench.say("c=319.9").view().on).toBe(true);
		expect(bench.votes).toBe("a=on b=on c=on d=off e=off");
		expect(bench.say("c=320").view()).toMatchObject({ on: false, median: 320 });
		expect(bench.say("c=300").view().on).toBe(false);
		expect(bench.say("c=299").view().on).toBe(true);
	});

	it("is the value in the middle, or half-way between two", () => {
		expect(medianOf([])).toBeUndefined();
		expect(medianOf([3, 1, 2])).toBe(2);
		expect(medianOf([4, 1, 2, 10])).toBe(3);
		expect(medianOf([1e308, 1.5e308])).toBe(1.25e308);
		const value = fc.double({ min: -1e300, max: 1e300, noNaN: true });
		fc.assert(
			fc.property(fc.array(value, { minLength: 1 }), (values) => {
				const median = medianOf(values) as number;
				const half = values.length / 2;
				expect(values.filter((one) => one < median).length).toBeLessThanOrEqual(half);
				expect(values.filter((one) => one > median).length).toBeLessThanOrEqual(half);
			}),
		);
	});
});

describe("so many at least", () => {
	it.each([
		{ say: "a=0 b=0 c=900 d=900 e=900", on: false },
		{ say: "a=0 b=0 c=299 d=900 e=900", on: true },
		{ say: "a=0 b=0 c=300 d=900 e=900", on: false },
		{ say: "a=0 b=0 c=0 d=0 e=0", on: true },
	])("$say: $on", ({ say, on }) => {
		expect(new Bench(rule(AT_LEAST)).say(say).view().on).toBe(on);
	});

	it("each sensor has a hysteresis of its own", () => {
		const bench = new Bench(rule(AT_LEAST)).say("a=0 b=0 c=0 d=310 e=310");
		expect(bench.votes).toBe("a=on b=on c=on d=off e=off");
		expect(bench.say("c=310").votes).toBe("a=on b=on c=on d=off e=off");
		expect(bench.say("c=320").votes).toBe("a=on b=on c=off d=off e=off");
		expect(bench.say("c=310").votes).toBe("a=on b=on c=off d=off e=off");
	});

	it("needs as many votes as it wants for on, if nothing else is said", () => {
		const bench = new Bench(rule(AT_LEAST, "otherwise: off")).say("a=0 b=0 c=0 d=0 e=0");
		expect(bench.wait(5).say("a=0 b=0").wait(5).view()).toMatchObject({
			on: false,
			quorum: 3,
			reason: "quorum",
		});
	});
});

describe("sensors without a vote", () => {
	it("a silent one has none, and the others decide; it has one again when it says something", () => {
		const bench = new Bench(rule(MEDIAN, "stale: 4")).say("a=0 b=0 c=0 d=900 e=900");
		bench.wait(3).say("b=0 c=900 d=900 e=900").commands();
		expect(bench.votes).toBe("a=on b=on c=off d=off e=off");
		bench.wait(1);
		expect(bench.votes).toBe("a=stale b=on c=off d=off e=off");
		expect(bench.told.slice(-2)).toEqual(["r false 2/3/0 votes", "r false 1/3/1 votes"]);
		expect(bench.say("a=0").votes).toBe("a=on b=on c=off d=off e=off");
		expect(bench.told.at(-1)).toBe("r false 2/3/0 votes");
	});

	it("one that says what is no number becomes silent", () => {
		const bench = new Bench(rule(MEDIAN, "stale: 4")).say("a=0 b=0 c=0 d=900 e=900");
		for (const light of [null, "5", Number.NaN, Number.POSITIVE_INFINITY, undefined, [5]]) {
			bench.wait(1).reading("a", { light });
			bench.say("b=0 c=0 d=900 e=900");
		}
		expect(bench.votes).toBe("a=stale b=on c=on d=off e=off");
	});

	it("one that says exactly the same for too long is stuck, until it says something else", () => {
		const bench = new Bench(rule(MEDIAN, "stuck: 6")).say("a=0 b=1 c=2 d=900 e=901");
		for (let i = 0; i < 6; i++) bench.wait(1).say(`a=0 b=${i} c=${i} d=${900 + i} e=${950 + i}`);
		expect(bench.votes).toBe("a=stuck b=on c=on d=off e=off");
		expect(bench.say("a=1").votes).toBe("a=on b=on c=on d=off e=off");
	});

	it.each([
		{ otherwise: "keep", on: true },
		{ otherwise: "on", on: true },
		{ otherwise: "off", on: false },
	])("too few: $otherwise", ({ otherwise, on }) => {
		const bench = new Bench(rule(MEDIAN, "quorum: 3", "stale: 4", `otherwise: ${otherwise}`));
		bench.say("a=0 b=0 c=0 d=900 e=900").wait(2).say("d=900 e=900").wait(2);
		expect(bench.view()).toMatchObject({ on, reason: "quorum", median: 900 });
		expect(bench.say("a=900").view()).toMatchObject({ on: false, reason: "votes" });
	});

	it("none: the last decision stays for good", () => {
		const bench = new Bench(rule(MEDIAN)).say("a=0 b=0 c=0 d=900 e=900").wait(3600);
		expect(bench.view().on).toBe(true);
		expect(bench.view().median).toBeUndefined();
		expect(bench.commands()).toEqual(["m on@0"]);
	});
});

describe("minimum times", () => {
	const text = rule(MEDIAN, "minimumOn: 8", "minimumOff: 5", "stale: 100");

	it("hold the LED on, then off, and say until when", () => {
		const bench = new Bench(text).say("a=0 b=0 c=0 d=900 e=900").wait(2).say("c=900");
		expect(bench.view()).toMatchObject({
			on: true,
			since: 0,
			reason: "minimum-time",
			waits: { for: "minimum-on", until: 8000 },
		});
		expect(bench.wait(6).commands()).toEqual(["m on@0", "m off@8"]);
		expect(bench.say("c=0").view().waits).toEqual({ for: "minimum-off", until: 13_000 });
		expect(bench.wait(5).commands()).toEqual(["m on@13"]);
	});

	it("what changes back meanwhile changes nothing", () => {
		const bench = new Bench(text).say("a=0 b=0 c=0 d=900 e=900").wait(2).say("c=900").wait(2).say("c=0");
		expect(bench.wait(60).commands()).toEqual(["m on@0"]);
	});

	it("hold as well when too few have a vote", () => {
		const bench = new Bench(rule(MEDIAN, "minimumOn: 30", "otherwise: off"));
		bench.say("a=0 b=0 c=0 d=900 e=900");
		expect(bench.wait(60).commands()).toEqual(["m on@0", "m off@30"]);
	});
});

describe("without the link", () => {
	it("nothing is decided, and afterwards it waits for those who had a vote", () => {
		const bench = new Bench(rule(MEDIAN, "otherwise: off")).wait(9);
		bench.say("a=0 b=0 c=0 d=900").wait(1);
		expect(bench.commands()).toEqual(["m on@10"]);
		expect(bench.outage(300).view()).toMatchObject({ on: true, waits: { for: "votes", until: 320_000 } });
		expect(bench.votes).toBe("a=awaited b=awaited c=awaited d=awaited e=silent");
		expect(bench.say("a=900 b=900 c=900").commands()).toEqual([]);
		expect(bench.say("d=900").commands()).toEqual(["m off@310"]);
	});

	it("one that does not come back is waited for as long as it may be silent", () => {
		const bench = new Bench(rule(MEDIAN)).say("a=0 b=0 c=0 d=900 e=900").outage(60);
		bench.say("a=900 b=900 c=900 d=900");
		expect(bench.commands()).toEqual(["m on@0"]);
		expect(bench.wait(10).say("a=900").commands()).toEqual(["m off@70"]);
	});
});

describe("other rules", () => {
	it("the same ones go on as before: no command, and the minimum time is kept", () => {
		const text = rule(MEDIAN, "minimumOn: 20", "stale: 100");
		const bench = new Bench(text).say("a=0 b=0 c=0 d=900 e=900").wait(5).say("c=900");
		bench.load(text);
		expect(bench.view()).toMatchObject({ on: true, waits: { for: "minimum-on", until: 20_000 } });
		expect(bench.wait(15).commands()).toEqual(["m on@0", "m off@20"]);
		expect(bench.told).toEqual(["r true 3/2/0 votes", "r false 2/3/0 votes"]);
	});

	it("with another limit decide at once, by what is known", () => {
		const bench = new Bench(rule(MEDIAN)).say("a=200 b=200 c=200 d=900 e=900");
		bench.load(rule("median: {below: 100}"));
		expect(bench.commands()).toEqual(["m on@0", "m off@0"]);
	});

	it("tell a device that they command now, and one that they command otherwise", () => {
		const bench = new Bench(rule(MEDIAN)).say("a=200 b=200 c=200 d=900 e=900");
		bench.commands();
		bench.load("{rules: {r: {votes: [a, b, c, d, e], commands: [m, n], median: {below: 300}}}}");
		expect(bench.commands()).toEqual(["n on@0"]);
		bench.load(
			"{rules: {r: {votes: [a, b, c, d, e], commands: n, median: {below: 300}}, s: {votes: e, commands: m, median: {below: 300}}}}",
		);
		expect(bench.commands()).toEqual(["m off@0"]);
	});

	it("that are the same ones wait no longer for silent sensors, however often they come", () => {
		const bench = new Bench(rule(MEDIAN)).say("a=200 b=200 c=200");
		for (const seconds of [4, 4, 1]) bench.wait(seconds).load(rule(MEDIAN));
		expect(bench.view().waits).toEqual({ for: "votes", until: 10_000 });
		expect(bench.say("a=200 b=200 c=200").wait(1).commands()).toEqual(["m on@10"]);
	});

	it("that ask further sensors wait for these before they decide otherwise", () => {
		const bench = new Bench(rule(MEDIAN)).say("a=200 b=200 c=200 d=900 e=900");
		bench.load("{rules: {r: {votes: [d, f], commands: m, median: {below: 300}}}}");
		expect(bench.view()).toMatchObject({ on: true, waits: { for: "votes", until: 10_000 } });
		expect(bench.say("f=900").commands()).toEqual(["m on@0", "m off@0"]);
	});
});

it("is seen by another clock", () => {
	const bench = new Bench(rule(MEDIAN, "minimumOn: 8")).say("a=0 b=0 c=0 d=900").wait(10).say("a=900 b=900");
	expect(datedView(bench.view(), 1_000_000)).toMatchObject({
		since: 1_010_000,
		votes: [
			{ at: 1_010_000 },
			{ at: 1_010_000 },
			{ at: 1_000_000 },
			{ at: 1_000_000 },
			{ absence: "silent" },
		],
	});
	expect(datedView(new Bench(rule(MEDIAN)).view(), 5).waits).toEqual({ for: "votes", until: 10_005 });
});

it("asks named sensors of a device: a thermostat", () => {
	const bench = new Bench(
		`{rules: {heating: {votes: {device: t, sensors: [thermostat_temperature, livingroom_temperature, bedroom_temperature]},
		median: {below: 19, hysteresis: 1}, commands: t}}}`,
	);
	const read = (thermostat: number, livingroom: number | null, bedroom: number) =>
		bench.reading("t", {
			thermostat_temperature: thermostat,
			livingroom_temperature: livingroom,
			bedroom_temperature: bedroom,
		});
	read(18, 18.5, 24);
	expect(bench.view()).toMatchObject({ on: true, median: 18.5 });
	read(19, 19.5, 24);
	expect(bench.view().on).toBe(true);
	read(20, 20.5, 24);
	expect(bench.commands()).toEqual(["t on@0", "t off@0"]);
	expect(bench.rules.sensorsOf("t")).toHaveLength(3);
});
