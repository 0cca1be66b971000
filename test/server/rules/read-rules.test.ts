import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readRules } from "../../../server/rules/read-rules.js";
import { anyText } from "../support.js";
import { FORM, NO_YAML, RULE, rule, SENSE } from "./mistakes.js";
import { fitsSchema, rulesOf } from "./support.js";

describe("a rule file", () => {
	it("has defaults", () => {
		expect(rulesOf(rule(RULE)).rules).toEqual([
			{
				name: "r",
				voters: [
					{ device: "a", sensor: "light" },
					{ device: "b", sensor: "light" },
				],
				test: { kind: "median", below: 300, hysteresis: 0 },
				...{ minimumOn: 0, minimumOff: 0, stale: 10_000, stuck: undefined, quorum: 1 },
				...{ otherwise: "keep", commands: ["m"] },
			},
		]);
	});

	it("is read as it is written, in YAML and in JSON", () => {
		const yaml = `
# a stadium
groups:
  stand: [stand-1..3, gate]
  all: [stand, gate, mast]
rules:
  floodlights:
    votes: [all, {device: gate, sensors: [wind, light]}]
    sensor: lux
    atLeast: {count: 2, below: -1.5, hysteresis: 0.5}
    minimumOn: 60
    minimumOff: 0.5
    stale: 5
    stuck: 3600
    quorum: 3
    otherwise: off
    commands: [mast, stand]
`;
		const set = rulesOf(yaml);
		expect([...set.groups]).toEqual([
			["stand", ["stand-1", "stand-2", "stand-3", "gate"]],
			["all", ["stand-1", "stand-2", "stand-3", "gate", "mast"]],
		]);
		expect(set.rules).toEqual([
			{
				name: "floodlights",
				voters: [
					...["stand-1", "stand-2", "stand-3", "gate", "mast"].map((device) => ({ device, sensor: "lux" })),
					{ device: "gate", sensor: "wind" },
					{ device: "gate", sensor: "light" },
				],
				test: { kind: "atLeast", count: 2, below: -1.5, hysteresis: 0.5 },
				...{ minimumOn: 60_000, minimumOff: 500, stale: 5000, stuck: 3_600_000, quorum: 3 },
				...{ otherwise: "off", commands: ["mast", "stand-1", "stand-2", "stand-3", "gate"] },
			},
		]);
		const json = JSON.stringify({
			groups: { g: ["a"] },
			rules: { r: { votes: "g", median: { below: 1 }, commands: "g" } },
		});
		expect(rulesOf(json).rules[0]?.commands).toEqual(["a"]);
		expect(fitsSchema(yaml) && fitsSchema(json)).toBe(true);
	});

	it.each([
		{ range: "s-1..3", names: ["s-1", "s-2", "s-3"] },
		{ range: "s-08..11", names: ["s-08", "s-09", "s-10", "s-11"] },
		{ range: "7..7", names: ["7"] },
		{ range: "a.b..c", names: ["a.b..c"] },
	])("a range: $range", ({ range, names }) => {
		const set = rulesOf(`groups: {g: ["${range}"]}\n${rule(RULE)}`);
		expect(set.groups.get("g")).toEqual(names);
	});

	it("of no rules has groups alone", () => {
		expect(rulesOf("groups: {g: [a]}\nrules: {}").rules).toEqual([]);
	});
});

const whatOf = (text: string, devices?: ReadonlySet<string>) => {
	const read = readRules(text, devices);
	const mistakes = read.kind === "mistakes" ? read.mistakes : [];
	return {
		kinds: [...new Set(mistakes.map(({ kind }) => kind))],
		lines: mistakes.map(({ line, column, what }) => `${line}:${column}: ${what}`),
	};
};

describe("a file is refused, with the place and what is right, that has", () => {
	const all = [
		...FORM.map((one) => ({ ...one, kind: "form" })),
		...SENSE.map((one) => ({ ...one, kind: "sense" })),
		...NO_YAML.map((one) => ({ ...one, kind: "yaml" })),
	];
	it.each(all)("$name", ({ text, says, kind }) => {
		const { kinds, lines } = whatOf(text);
		expect(lines.join("\n")).toContain(says);
		expect(kinds).toEqual([kind]);
		for (const line of lines) expect(line).not.toContain("\n");
	});

	it("several mistakes, in the file's order", () => {
		const { lines } = whatOf("groups: {g: []}\nrulez: {}\nrules: {r: {votes: 3}}");
		expect(lines.map((line) => line.split(":")[0])).toEqual(["1", "2", "3", "3", "3"]);
	});
});

describe("where the devices are known", () => {
	const devices = new Set(["a", "b", "m", "s-1", "s-2"]);
	it.each([
		{ text: rule(RULE), lines: [] },
		{
			text: rule("votes: stnad, median: {below: 1}, commands: m"),
			lines: [
				'1:20: rules.r.votes: "stnad" is neither a group nor a device that is served (--id, --devices)',
			],
		},
		{
			text: rule("votes: s-1..3, median: {below: 1}, commands: m"),
			lines: [
				'1:20: rules.r.votes: "s-3" of "s-1..3" is neither a group nor a device that is served (--id, --devices)',
			],
		},
		{
			text: `groups: {a: [b]}\n${rule("votes: a, median: {below: 1}, commands: m")}`,
			lines: ["1:10: groups.a: a device has this name; wants another one"],
		},
	])("$text", ({ text, lines }) => {
		expect(whatOf(text, devices).lines).toEqual(lines);
	});
});

describe("docs/rules.schema.json", () => {
	it.each(FORM)("refuses $name", ({ text }) => {
		expect(fitsSchema(text)).toBe(false);
	});

	it.each(SENSE)("takes $name, which it cannot know", ({ text }) => {
		expect(fitsSchema(text)).toBe(true);
	});

	it("says the same as the reader of files with any values in any places", () => {
		const word = fc.constantFrom("a", "b", "g", "h", "s-1..3", "light", "x y", "", "seq", "off", "keep");
		const number = fc.constantFrom(-1, 0, 0.1, 0.5, 1, 2, 300, 1001, 31_536_000, 31_536_001);
		const scalar = fc.oneof(word, number, fc.constantFrom(null, true));
		const some = <T>(value: fc.Arbitrary<T>) =>
			fc.oneof({ weight: 9, arbitrary: value }, scalar, fc.constant([]), fc.constant({}));
		const names = some(fc.oneof(word, fc.array(word)));
		const asked = fc.oneof(
			word,
			fc.record({ device: word, sensors: some(fc.array(word)), other: word }, { requiredKeys: [] }),
		);
		const test = some(fc.record({ below: number, hysteresis: scalar, count: number }, { requiredKeys: [] }));
		const one = fc.record(
			{
				...{ votes: some(fc.oneof(asked, fc.array(asked))), sensor: scalar, median: test, atLeast: test },
				...{ minimumOn: scalar, minimumOff: scalar, stale: scalar, stuck: scalar, quorum: scalar },
				...{ otherwise: scalar, commands: names, more: scalar },
			},
			{ requiredKeys: [] },
		);
		const name = fc.constantFrom("g", "h", "r", "x y", "");
		const file = fc.record(
			{ groups: some(fc.dictionary(name, names)), rules: some(fc.dictionary(name, some(one))) },
			{ requiredKeys: [] },
		);
		let taken = 0;
		const check = (value: unknown) => {
			const text = JSON.stringify(value);
			const { kinds, lines } = whatOf(text);
			if (lines.length === 0) taken++;
			if (fitsSchema(text)) expect(kinds.filter((kind) => kind !== "sense")).toEqual([]);
			else expect(kinds).toContain("form");
		};
		fc.assert(fc.property(file, check), { numRuns: 2000 });
		expect(taken).toBeGreaterThan(0);
	});
});

it("reads any text without throwing", () => {
	const piece = fc.constantFrom(
		"rules:",
		"groups:",
		"{",
		"}",
		"[",
		"]",
		"votes: ",
		"a",
		", ",
		"\n",
		"  ",
		"- ",
		"&a ",
		"*a",
		"!!x ",
		"'",
		'"',
		"|",
		"#",
		"? ",
		": ",
		"%YAML 1.1\n---\n",
		"<<",
	);
	const text = fc.oneof(
		anyText,
		fc.array(piece).map((pieces) => pieces.join("")),
	);
	fc.assert(
		fc.property(text, (any) => {
			for (const { line, column, what } of ((read) => (read.kind === "mistakes" ? read.mistakes : []))(
				readRules(any),
			)) {
				expect(line).toBeGreaterThan(0);
				expect(column).toBeGreaterThan(0);
				expect(what).not.toMatch(/[\n\r]/);
			}
		}),
	);
});
