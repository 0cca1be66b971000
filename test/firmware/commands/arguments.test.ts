import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	type Argument,
	boolean,
	integer,
	number,
	object,
	text,
} from "../../../firmware/commands/arguments.js";

const blink = object({ times: integer(1, 20), on: boolean });
const scene = object({ name: text(1, 8), blink });

/** The text of a JSON value, and what it is as an argument; `undefined` if it is none. */
interface Case {
	readonly of: string;
	readonly argument: Argument<unknown>;
	readonly rows: readonly (readonly [json: string, value: unknown])[];
}

/** JSON of every type: an argument takes one of them at most. */
const OTHERS = ["null", "[]", "[1]", "{}", '{"a":1}', '""', '"true"', '"5"', "true", "false", "5", "-0.5"];

const CASES: readonly Case[] = [
	{
		of: "a boolean",
		argument: boolean,
		rows: [
			["true", true],
			["false", false],
			["1", undefined],
			["0", undefined],
		],
	},
	{
		of: "a number from -1.5 to 1000",
		argument: number(-1.5, 1000),
		rows: [
			["-1.5", -1.5],
			["-1.50001", undefined],
			["1000", 1000],
			["1e3", 1000],
			["1E+3", 1000],
			["1000.0000001", undefined],
			["0", 0],
			["12.25", 12.25],
			["1e999", undefined],
		],
	},
	{
		of: "a number without limits",
		argument: number(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
		rows: [
			["1e308", 1e308],
			["1e309", undefined],
			["-1e309", undefined],
			["1e-400", 0],
		],
	},
	{
		of: "a whole number from 1 to 20",
		argument: integer(1, 20),
		rows: [
			["1", 1],
			["20", 20],
			["20.0", 20],
			["2e1", 20],
			["200e-1", 20],
			["0", undefined],
			["21", undefined],
			["-1", undefined],
			["1.5", undefined],
			["1e999", undefined],
		],
	},
	{
		of: "a text of 1 to 3 characters",
		argument: text(1, 3),
		rows: [
			['"a"', "a"],
			['"abc"', "abc"],
			['"abcd"', undefined],
			['"\\u0061"', "a"],
			['"\\""', '"'],
			['"é💡"', "é💡"],
			['"\\ud83d\\udca1"', "💡"],
			['"💡💡"', undefined],
			['"\\ud83d"', undefined],
			['"\\udca1\\ud83d"', undefined],
			['"\\u0000"', "\0"],
		],
	},
	{
		of: "an object",
		argument: blink,
		rows: [
			['{"times":3,"on":true}', { times: 3, on: true }],
			['{ "on" : false , "times" : 3 }', { times: 3, on: false }],
			['{"\\u0074imes":3,"on":true}', { times: 3, on: true }],
			['{"times":99,"times":3,"on":true}', { times: 3, on: true }],
			['{"times":3,"times":99,"on":true}', undefined],
			['{"times":21,"on":true}', undefined],
			['{"times":3}', undefined],
			['{"times":3,"on":true,"x":1}', undefined],
			['{"times":3,"on":true,"__proto__":{}}', undefined],
			['{"times":3,"on":true,"toString":1}', undefined],
			['[{"times":3,"on":true}]', undefined],
		],
	},
	{
		of: "an object in an object",
		argument: scene,
		rows: [
			['{"name":"dusk","blink":{"times":1,"on":true}}', { name: "dusk", blink: { times: 1, on: true } }],
			['{"name":"dusk","blink":{"times":0,"on":true}}', undefined],
			['{"name":"dusk","blink":{"times":1,"on":true,"x":{}}}', undefined],
		],
	},
	{ of: "an object without fields", argument: object({}), rows: [["{}", {}], ['{"a":1}', undefined]] }, // biome-ignore format: a row
];

describe.each(CASES)("$of", ({ argument, rows }) => {
	it.each(rows)("of %s is %j", (json, value) => {
		expect(argument.parse(json)).toEqual(value);
	});

	it.each(OTHERS)("is of one type only: %s", (json) => {
		const value = argument.parse(json);
		if (value !== undefined) expect(value).toEqual(JSON.parse(json));
	});
});

it.each([
	{ argument: boolean, wants: "true or false" },
	{ argument: number(0, 0.5), wants: "a number from 0 to 0.5" },
	{ argument: integer(1, 20), wants: "a whole number from 1 to 20" },
	{ argument: text(1, 8), wants: "text of 1 to 8 characters" },
	{ argument: blink, wants: '{"times": a whole number from 1 to 20, "on": true or false}' },
])("wants $wants", ({ argument, wants }) => {
	expect(argument.wants).toBe(wants);
});

describe("whatever JSON comes", () => {
	/** What each argument takes, said of the value that JSON.parse makes. */
	const ORACLES: readonly { argument: Argument<unknown>; takes: (value: unknown) => boolean }[] = [
		{ argument: boolean, takes: (value) => typeof value === "boolean" },
		{ argument: number(-5, 1e9), takes: (value) => typeof value === "number" && value >= -5 && value <= 1e9 },
		{ argument: integer(-5, 9), takes: (value) => Number.isInteger(value) && -5 <= Number(value) && 9 >= Number(value) }, // biome-ignore format: a row
		{ argument: text(0, 4), takes: (value) => typeof value === "string" && value.length <= 4 && !/\p{Cs}/u.test(value) }, // biome-ignore format: a row
		{ argument: blink, takes: isBlink },
	];
	const times = fc.oneof(fc.integer({ min: 0, max: 21 }), fc.jsonValue());
	const value = fc.oneof(
		fc.jsonValue(),
		fc.double(),
		fc.integer({ min: -6, max: 10 }),
		fc.string({ unit: "binary", maxLength: 5 }),
		fc.record({ times, on: fc.boolean(), x: fc.boolean() }, { requiredKeys: [] }),
	);

	it("an argument is what JSON.parse makes of it, or nothing", () => {
		fc.assert(
			fc.property(value, fc.constantFrom("", " ", "\n\t"), (one, space) => {
				const json = JSON.stringify(one, null, space);
				const parsed = JSON.parse(json);
				for (const { argument, takes } of ORACLES) {
					expect(argument.parse(json)).toEqual(takes(parsed) ? parsed : undefined);
				}
			}),
			{ numRuns: 500 },
		);
	});
});

function isBlink(value: unknown): boolean {
	if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
	const { times, on, ...rest } = value as Record<string, unknown>;
	const fits = Number.isInteger(times) && Number(times) >= 1 && Number(times) <= 20;
	return fits && typeof on === "boolean" && Object.keys(rest).length === 0;
}
