import { describe, expect, it } from "vitest";
import { linkTo, routeOf } from "../../host-sim/page/route.js";
import {
	ago,
	duration,
	elapsed,
	kindOf,
	outboxWords,
	reading,
	readings,
	roughly,
} from "../../host-sim/page/words.js";
import { deviceWith } from "./views.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("an outbox", () => {
	it.each([
		[undefined, ""],
		[{ pending: 0, dropped: 0, setAside: 0, lost: 0 }, ""],
		[{ pending: 14, dropped: 0, setAside: 0, lost: 0 }, "14 waiting"],
		[{ pending: 0, dropped: 3, setAside: 0, lost: 0 }, "3 dropped"],
		[{ pending: 256, dropped: 3, setAside: 1, lost: 2 }, "256 waiting, 3 dropped, 1 set aside, 2 lost"],
	])("%o: %s", (outbox, words) => {
		expect(outboxWords(outbox)).toBe(words);
	});

	it("counts readings", () => {
		expect([readings(0), readings(1), readings(2)]).toEqual(["0 readings", "1 reading", "2 readings"]);
	});
});

describe("durations", () => {
	it.each([
		[-5, "0.0 s", "0 s", "0 s"],
		[940, "0.9 s", "0 s", "1 s"],
		[9960, "10 s", "9 s", "10 s"],
		[59_900, "1 min", "59 s", "60 s"],
		[252_000, "4 min 12 s", "4 min 12 s", "4 min"],
		[59 * MINUTE + 59_900, "1 h", "59 min 59 s", "60 min"],
		[3 * HOUR + 5 * MINUTE, "3 h 5 min", "3 h 5 min", "3 h 5 min"],
		[26 * HOUR, "1 day", "1 day", "1 day"],
		[72 * HOUR, "3 days", "3 days", "3 days"],
	])("%d ms: %s, %s since, about %s", (milliseconds, exact, since, about) => {
		expect([duration(milliseconds), elapsed(milliseconds), roughly(milliseconds)]).toEqual([
			exact,
			since,
			about,
		]);
	});

	it("says now for what is just so", () => {
		expect([ago(0), ago(1499), ago(74_000)]).toEqual(["now", "now", "74 s ago"]);
	});
});

describe("words", () => {
	it("has a reading in digits that matter", () => {
		expect([reading(214), reading(21.456789), reading(0.1 + 0.2)]).toEqual(["214", "21.4568", "0.3"]);
	});

	it("says what a device is", () => {
		expect(kindOf(deviceWith())).toBe("simulated, XS");
		expect(kindOf(deviceWith({ kind: "remote" }))).toBe("on the broker");
	});
});

describe("addresses", () => {
	it.each(["my-lamp", "a/b c", '<img src=x onerror="alert(1)">', "100%", "#all"])(
		"lead to the device %s and back",
		(id) => {
			expect(routeOf(linkTo(id))).toEqual({ view: "device", id });
		},
	);

	it.each([
		["", { view: "any" }],
		["#all", { view: "all" }],
		["#device/", { view: "any" }],
		["#device/%zz", { view: "any" }],
		["#elsewhere", { view: "any" }],
	])("%s", (hash, route) => {
		expect(routeOf(hash)).toEqual(route);
	});
});
