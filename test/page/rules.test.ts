import { describe, expect, it } from "vitest";
import { limitWords, ruleFor } from "../../host-sim/page/rule-for.js";
import { absenceWords, ruleSentence, testWords, voteName } from "../../host-sim/page/rule-words.js";
import { dotsOf, scaleOf } from "../../host-sim/page/vote-dots.js";
import type { RuleView, VoteView } from "../../host-sim/web/protocol.js";

const NOW = 100_000;

const vote = (device: string, value: number | undefined, more: Partial<VoteView> = {}): VoteView => ({
	...{ device, sensor: "light" },
	...(value !== undefined && { value, at: NOW - 1000 }),
	...(more.absence === undefined && value !== undefined && { on: value < 300 }),
	...more,
});

const ruleOf = (different: Partial<RuleView> = {}): RuleView => ({
	name: "floodlights",
	test: { kind: "median", below: 300, hysteresis: 20 },
	quorum: 1,
	otherwise: "keep",
	commands: ["mast"],
	votes: [vote("a", 200), vote("b", 250), vote("c", 900)],
	median: 250,
	on: true,
	since: NOW - 65_000,
	reason: "votes",
	...different,
});

const atLeast = { kind: "atLeast", count: 2, below: 300, hysteresis: 0 } as const;

describe("what a rule has decided, in words", () => {
	it.each<[what: string, rule: RuleView, says: string]>([
		["on", ruleOf(), "On for 1 min 5 s: the median of 3 is 250, below 320."],
		[
			"off",
			ruleOf({ on: false, votes: [vote("a", 400)], median: 400 }),
			"Off for 1 min 5 s: the median of 1 is 400, not below 300.",
		],
		["k of n", ruleOf({ test: atLeast }), "On for 1 min 5 s: 2 of 3 are below 300, and 2 are asked for."],
		[
			"one of n",
			ruleOf({ test: atLeast, on: false, votes: [vote("a", 1), vote("b", 900)] }),
			"Off for 1 min 5 s: 1 of 2 is below 300, and 2 are asked for.",
		],
		[
			"too few votes, and it stays",
			ruleOf({ quorum: 4, reason: "quorum" }),
			"On for 1 min 5 s: only 3 of the 4 votes that it needs, so it stays.",
		],
		[
			"too few votes, and it is switched off",
			ruleOf({ quorum: 4, reason: "quorum", otherwise: "off", on: false }),
			"Off for 1 min 5 s: only 3 of the 4 votes that it needs, so it is off.",
		],
		[
			"a minimum time",
			ruleOf({ median: 900, reason: "minimum-time", waits: { for: "minimum-on", until: NOW + 40_000 } }),
			"On for 1 min 5 s: the median of 3 is 900, not below 320; it stays on for 40 s more, as the rule has it.",
		],
		[
			"sensors that have not been heard of",
			{
				...without(ruleOf({ votes: [vote("a", 1), vote("b", undefined, { absence: "awaited" })] })),
				waits: { for: "votes", until: NOW + 8000 },
			},
			"Not decided yet: it waits for 1 of 2 sensors, for 8 s more.",
		],
		[
			"no votes at all",
			without(ruleOf({ votes: [vote("a", undefined, { absence: "silent" })], reason: "quorum" })),
			"Not decided yet: 0 of the 1 votes that it needs.",
		],
		["no link", ruleOf({ waits: { for: "link" } }), "The server has no connection: it stays on."],
	])("%s", (_, rule, says) => {
		expect(ruleSentence(rule, NOW)).toBe(says);
	});

	it.each([
		[ruleOf(), "on when the median is below 300, off from 320"],
		[ruleOf({ test: atLeast, quorum: 2 }), "on when 2 of 3 are below 300"],
		[ruleOf({ test: atLeast, quorum: 3 }), "on when 2 of 3 are below 300; needs 3 votes"],
	])("what it asks for: %#", (rule, says) => {
		expect(testWords(rule)).toBe(says);
	});

	it.each<[vote: VoteView, says: string]>([
		[vote("a", 5, { absence: "stale", at: NOW - 12_000 }), "stale, heard 12 s ago"],
		[vote("a", 5, { absence: "stuck" }), "stuck, always the same"],
		[vote("a", undefined, { absence: "awaited" }), "not heard yet"],
		[vote("a", undefined, { absence: "silent" }), "silent"],
	])("why there is no vote: %#", (given, says) => {
		expect(absenceWords(given, NOW)).toBe(says);
	});

	it("a vote is called by what tells it from the others", () => {
		const names = (...votes: VoteView[]) => votes.map((one) => voteName(one, ruleOf({ votes })));
		expect(names(vote("a", 1), vote("b", 1))).toEqual(["a", "b"]);
		expect(names(vote("a", 1, { sensor: "hall" }), vote("a", 1, { sensor: "bath" }))).toEqual([
			"hall",
			"bath",
		]);
		expect(names(vote("a", 1, { sensor: "hall" }), vote("b", 1))).toEqual(["a hall", "b light"]);
	});
});

/** Before the first decision. */
function without({ on: _, since: __, ...rest }: RuleView): RuleView {
	return rest;
}

describe("by what a device's light is judged", () => {
	const rule = { threshold: 300, hysteresis: 0 };
	const rules = [ruleOf()];
	it.each([
		["a", { threshold: 300, hysteresis: 20, asks: "floodlights" }],
		["mast", { ...rule, decides: "floodlights" }],
		["other", rule],
	])("%s", (id, wanted) => {
		expect(ruleFor(id, { rule, rules })).toEqual(wanted);
	});
});

it.each([
	[{ threshold: 300, hysteresis: 0 }, "on below 300"],
	[{ threshold: 300, hysteresis: 20 }, "on below 300, off from 320"],
	[{ threshold: 300, hysteresis: 0, alert: true as const }, "lightAlert below 300"],
	[{ threshold: 300, hysteresis: 0, asks: "r" }, "a vote for on below 300"],
	[{ threshold: 300, hysteresis: 0, asks: "r", decides: "r" }, "a vote for on below 300"],
	[{ threshold: 300, hysteresis: 0, decides: "r" }, "the rule r decides"],
])("the limit of %o in words: %s", (rule, says) => {
	expect(limitWords(rule)).toBe(says);
});

describe("votes as dots", () => {
	it("have room on the scale, and so do the limits", () => {
		const scale = scaleOf(ruleOf(), 400);
		for (const value of [200, 250, 300, 320, 900]) {
			expect(scale.x(value)).toBeGreaterThan(12);
			expect(scale.x(value)).toBeLessThan(388);
		}
	});

	it("stand on each other at the same place, within the height", () => {
		const votes = Array.from({ length: 30 }, (_, index) => vote(`d${index}`, 100));
		const dots = dotsOf(votes, scaleOf({ votes, test: atLeast }, 400), 48);
		expect(new Set(dots.map(({ x }) => x)).size).toBe(1);
		const heights = dots.map(({ y }) => y);
		expect(new Set(heights).size).toBe(30);
		expect(heights.reduce((most, y) => Math.max(most, y))).toBeLessThanOrEqual(44);
	});

	it("are none for sensors that have said nothing", () => {
		const votes = [vote("a", undefined, { absence: "silent" })];
		expect(dotsOf(votes, scaleOf({ votes, test: atLeast }, 400), 48)).toEqual([]);
	});
});
