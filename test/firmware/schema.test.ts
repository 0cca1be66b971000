import { describe, expect, it } from "vitest";
import {
	check as checkValue,
	choice,
	describeProblem,
	flag,
	identifier,
	integer,
	list,
	object,
	optional,
	type Problem,
	type Rule,
	secret,
	text,
} from "../../firmware/schema.js";

/** The value a check goes on with, and its problems, each in a line. */
function run(rule: Rule<unknown>, value: unknown) {
	const problems: Problem[] = [];
	return { result: checkValue(rule, value, "key", problems), problems: problems.map(describeProblem) };
}

const TEXT = "1 to 3 characters, none a control character or a lone surrogate";
const SECRET = "1 to 3 characters, none a lone surrogate";
const NAME = '1 to 3 of letters, digits, "-", "_", "."';

describe("takes what fits", () => {
	const cases: { name: string; rule: Rule<unknown>; value: unknown; result?: unknown }[] = [
		{ name: "the least whole number", rule: integer(1, 5), value: 1 },
		{ name: "the most", rule: integer(1, 5), value: 5 },
		{ name: "the default of a number", rule: integer(1, 5, 3), value: undefined, result: 3 },
		{ name: "true", rule: flag(false), value: true },
		{ name: "false", rule: flag(true), value: false },
		{ name: "the default of a flag", rule: flag(true), value: undefined, result: true },
		{ name: "text", rule: text(1, 3), value: "a b" },
		{ name: "text beyond ASCII", rule: text(1, 3), value: "é😀" },
		{ name: "a secret with a control character", rule: secret(1, 3), value: "\u0007" },
		{ name: "the longest secret", rule: secret(1, 3), value: "abc" },
		{ name: "the longest name", rule: identifier(3), value: "abc" },
		{ name: "every kind of name character", rule: identifier(9), value: "aZ09-_." },
		{ name: "a choice", rule: choice("a", "b"), value: "b" },
		{ name: "the default of a choice", rule: choice("a", "b"), value: undefined, result: "a" },
		{ name: "an option", rule: optional(integer(1, 5)), value: 2 },
		{ name: "no option", rule: optional(integer(1, 5)), value: undefined },
		{ name: "a list", rule: list(integer(1, 5), 1, 2, []), value: [1, 2] },
		{ name: "the default of a list", rule: list(integer(1, 5), 1, 2, [4]), value: undefined, result: [4] },
		{ name: "an object", rule: object({ a: flag(false) }), value: { a: true } },
		{
			name: "an object of defaults",
			rule: object({ a: flag(true) }),
			value: undefined,
			result: { a: true },
		},
	];
	it.each(cases)("$name", ({ rule, value, result = value }) => {
		expect(run(rule, value)).toEqual({ result, problems: [] });
	});
});

describe("says what is wrong", () => {
	const cases: { name: string; rule: Rule<unknown>; value: unknown; problems: string[] }[] = [
		...[0, 6, 1.5, Number.NaN, Number.POSITIVE_INFINITY].map((value) => ({
			name: `${value} for a whole number`,
			rule: integer(1, 5),
			value,
			problems: [`key: got ${JSON.stringify(value)}, wants a whole number from 1 to 5`],
		})),
		...["1", "", null, true, [3], {}].map((value) => ({
			name: `${JSON.stringify(value)} for a number`,
			rule: integer(1, 5, 3),
			value,
			problems: [`key: got ${JSON.stringify(value)}, wants a whole number from 1 to 5`],
		})),
		{
			name: "nothing for a number without a default",
			rule: integer(1, 5),
			value: undefined,
			problems: ["key: got nothing, wants a whole number from 1 to 5"],
		},
		...["true", 1, 0, null].map((value) => ({
			name: `${JSON.stringify(value)} for a flag`,
			rule: flag(true),
			value,
			problems: [`key: got ${JSON.stringify(value)}, wants true or false`],
		})),
		...["", "four", "a\nb", "\u0000", "\u001f", "\ud800", "\udc00", "\udfff", "a\udc00", 5, null, ["a"]].map(
			(value) => ({
				name: `${JSON.stringify(value)} for text`,
				rule: text(1, 3),
				value,
				problems: [`key: got ${JSON.stringify(value)}, wants ${TEXT}`],
			}),
		),
		...["", "four", "\ud800", 5, null].map((value) => ({
			name: `${JSON.stringify(value)} for a secret, without showing it`,
			rule: secret(1, 3),
			value,
			problems: [`key: got something else, wants ${SECRET}`],
		})),
		...["", "four", "a b", "a/b", "+", "#", "é", "a\n", "@", "[", "`", "{", ":", 5, null].map((value) => ({
			name: `${JSON.stringify(value)} for a name`,
			rule: identifier(3),
			value,
			problems: [`key: got ${JSON.stringify(value)}, wants ${NAME}`],
		})),
		{
			name: "what is no choice",
			rule: choice("a", "b"),
			value: "c",
			problems: ['key: got "c", wants "a" or "b"'],
		},
		{ name: "text for a number", rule: choice(0, 1), value: "1", problems: ['key: got "1", wants 0 or 1'] },
		...[[], [1, 2, 3], {}, "ab", null].map((value) => ({
			name: `${JSON.stringify(value)} for a list`,
			rule: list(integer(1, 5), 1, 2, [1]),
			value,
			problems: [`key: got ${JSON.stringify(value)}, wants a list of 1 to 2`],
		})),
		{
			name: "which items of a list",
			rule: list(integer(1, 5), 1, 3, []),
			value: [9, 1, null],
			problems: [
				"key.0: got 9, wants a whole number from 1 to 5",
				"key.2: got null, wants a whole number from 1 to 5",
			],
		},
		...[[], "a", 1, null, true].map((value) => ({
			name: `${JSON.stringify(value)} for an object`,
			rule: object({ a: flag(false) }),
			value,
			problems: [`key: got ${JSON.stringify(value)}, wants an object`],
		})),
		{
			name: "every unknown key, and every bad value",
			rule: object({ a: flag(false), b: integer(1, 5) }),
			value: { c: 1, a: 2, d: {} },
			problems: [
				"key.c: got a value, wants no such key, only a, b",
				"key.d: got a value, wants no such key, only a, b",
				"key.a: got 2, wants true or false",
				"key.b: got nothing, wants a whole number from 1 to 5",
			],
		},
		{
			name: "a key in disguise",
			rule: object({ a: flag(false) }),
			value: JSON.parse('{"__proto__": {"a": true}}'),
			problems: ["key.__proto__: got a value, wants no such key, only a"],
		},
		{
			name: "a strange key, quoted",
			rule: object({ a: flag(false) }),
			value: { "b\nc": 1, "": 2 },
			problems: [
				'key."b\\nc": got a value, wants no such key, only a',
				'key."": got a value, wants no such key, only a',
			],
		},
		{
			name: "a long key, and a long value, at most 60 characters of them",
			rule: object({ a: flag(false) }),
			value: { ["x".repeat(1000)]: "y".repeat(1000) },
			problems: [`key.${"x".repeat(57)}...: got a value, wants no such key, only a`],
		},
		{
			name: "a value of 60 characters, whole",
			rule: flag(false),
			value: "y".repeat(58),
			problems: [`key: got "${"y".repeat(58)}", wants true or false`],
		},
		{
			name: "what JSON cannot say, by its type",
			rule: flag(false),
			value: () => {},
			problems: ["key: got function, wants true or false"],
		},
	];
	it.each(cases)("$name", ({ rule, value, problems }) => {
		expect(run(rule, value).problems).toEqual(problems);
	});
});

it.each([
	{ name: "the least number", rule: integer(1, 5, 3), result: 1 },
	{ name: "the default of a flag", rule: flag(true), result: true },
	{ name: "the first choice", rule: choice("a", "b"), result: "a" },
	{ name: "no text", rule: text(1, 3), result: "" },
	{ name: "no secret", rule: secret(1, 3), result: "" },
	{ name: "no name", rule: identifier(3), result: "" },
	{ name: "no items", rule: list(flag(true), 1, 2, []), result: [] },
	{ name: "no fields", rule: object({ a: flag(true) }), result: {} },
])("goes on with $name after a bad value", ({ rule, result }) => {
	expect(run(rule, 1.5).result).toEqual(result);
});

describe("an object of defaults", () => {
	const inner = object({ a: integer(1, 5, 3), b: optional(flag(true)) });
	const rule = object({ inner, c: choice("x", "y") });

	it.each([
		{ name: "nothing", value: undefined },
		{ name: "no fields", value: {} },
		{ name: "the defaults", value: { inner: { a: 3 }, c: "x" } },
		{ name: "fields that are undefined", value: { inner: { a: undefined, b: undefined }, c: undefined } },
	])("is one, frozen, for $name", ({ value }) => {
		const result = checkValue(rule, value, "", []);
		expect(result).toBe(checkValue(rule, undefined, "", []));
		expect([result, result.inner].every(Object.isFrozen)).toBe(true);
		expect(result).toEqual({ inner: { a: 3, b: undefined }, c: "x" });
	});

	it("is not touched by another value", () => {
		const { inner: changed } = checkValue(rule, { inner: { a: 4 } }, "", []);
		expect(changed).toEqual({ a: 4, b: undefined });
		expect(checkValue(rule, {}, "", []).inner.a).toBe(3);
	});
});

it("names the outermost object when that is none", () => {
	const problems: Problem[] = [];
	checkValue(object({}), 5, "", problems);
	expect(problems.map(describeProblem)).toEqual(["configuration: got 5, wants an object"]);
});
