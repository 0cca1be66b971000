import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readObject } from "../../../firmware/commands/json.js";

const DEEPEST = 8;

/** What `JSON.parse` makes of a text, but for a byte order mark before it; `undefined` when it is no JSON. */
function parse(text: string): { value: unknown } | undefined {
	try {
		return { value: JSON.parse(text.replace(/^\ufeff/, "")) };
	} catch {
		return undefined;
	}
}

/** Levels of nesting: 0 for a number. */
function depthOf(value: unknown): number {
	if (typeof value !== "object" || value === null) return 0;
	return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

/** Compares `readObject` with `JSON.parse` on a text. */
function compare(text: string): void {
	const read = readObject(text);
	const expected = parse(text);
	if (expected === undefined) {
		expect(read.kind).toBe("invalid");
		return;
	}
	const { value } = expected;
	// Like JSON.parse, `fromEntries` takes the last of a repeated name, at the place of the first.
	const result =
		read.kind === "invalid"
			? read.reason
			: Object.fromEntries(read.members.map((member) => [member.name, JSON.parse(member.value)]));
	if (depthOf(value) > DEEPEST) expect(result).toBe(`nested deeper than ${DEEPEST} levels`);
	else if (typeof value !== "object" || value === null || Array.isArray(value))
		expect(result).toBe("not a JSON object");
	else expect(JSON.stringify(result)).toBe(JSON.stringify(value));
}

describe("reads", () => {
	it.each<{ text: string; members: [name: string, value: string][] }>([
		{ text: "{}", members: [] },
		{ text: " \t\r\n{ \t\r\n} \t\r\n", members: [] },
		{ text: '{"led_on":true}', members: [["led_on", "true"]] },
		{ text: '{ "led_on" : true }', members: [["led_on", "true"]] },
		{ text: '{"a":1,"b":-0.5e+10}', members: [["a", "1"], ["b", "-0.5e+10"]] }, // biome-ignore format: a row
		{ text: '{"a":[1, {"b": 2}],"c":null}', members: [["a", '[1, {"b": 2}]'], ["c", "null"]] }, // biome-ignore format: a row
		{ text: '{"a":1,"a":2}', members: [["a", "1"], ["a", "2"]] }, // biome-ignore format: a row
		{ text: '{"\\u0061\\n":"\\ud83d\\ude00"}', members: [["a\n", '"\\ud83d\\ude00"']] },
		{ text: '{"a":[ ],"b":{ }}', members: [["a", "[ ]"], ["b", "{ }"]] }, // biome-ignore format: a row
		{ text: '{"a":[ 1 , 2 ]}', members: [["a", "[ 1 , 2 ]"]] },
		{ text: '{"":""}', members: [["", '""']] },
		{ text: '{"__proto__":{"led_on":true}}', members: [["__proto__", '{"led_on":true}']] },
		{ text: '{"a":"}"}', members: [["a", '"}"']] },
		{ text: '\ufeff{"a":1}', members: [["a", "1"]] },
		{ text: '\ufeff \n{"\ufeffa":1}', members: [["\ufeffa", "1"]] },
	])("the members of $text", ({ text, members }) => {
		const named = members.map(([name, value]) => ({ name, value }));
		expect(readObject(text)).toEqual({ kind: "object", members: named });
		compare(text);
	});
});

describe("refuses", () => {
	it.each(["[]", "[{}]", '"{}"', "true", "false", "null", "0", "-1.5e-3", ' "a" '])(
		"%s, no object",
		(text) => {
			expect(readObject(text)).toEqual({
				kind: "invalid",
				code: "not-an-object",
				reason: "not a JSON object",
			});
			compare(text);
		},
	);

	it.each([
		...["", " ", "{", "}", "{}}", "{}{}", "{},", "nul", "truee", "True", "NaN", "Infinity", "undefined"],
		...[
			"{a:1}",
			"{:1}",
			"{1:1}",
			"{'a':1}",
			'{"a"}',
			'{"a":}',
			'{"a":1,}',
			'{,"a":1}',
			'{"a":1 "b":2}',
			'{"a":1]',
			'{"a"=1}',
		],
		...["[1,]", "[,1]", "[1 2]", "[", '{"a":[}', '{"a":[1}'],
		...["01", "-", "+1", "1.", ".5", "1e", "1e+", "0x10", "1_000", "--1", "-a", "1.e5"].map(
			(one) => `{"a":${one}}`,
		),
		...['"', '"\\', '"\\"', '"\\x41"', '"\\u12"', '"\\u12g4"', '"\n"', '"\u0000"', '"\t"'].map(
			(one) => `{"a":${one}}`,
		),
		...[
			"\ufeff",
			"\ufeff\ufeff{}",
			" \ufeff{}",
			"{}\ufeff",
			'{\ufeff"a":1}',
			"{}\u0000",
			"\u00a0{}",
			"\u2028{}",
			"/**/{}",
			"{} // led",
		],
	])("%j, no JSON", (text) => {
		expect(readObject(text)).toEqual({ kind: "invalid", code: "not-json", reason: "not JSON" });
		compare(text);
	});
});

it("knows each character of an escape, and of a number, from its neighbours", () => {
	for (let unit = 0; unit < 0x100; unit++) {
		const character = String.fromCharCode(unit);
		compare(`{"a":"\\${character}"}`);
		for (const sequence of ["\\u_123", "\\u1_23", "\\u12_3", "\\u123_"]) {
			compare(`{"a":"${sequence.replace("_", () => character)}"}`);
		}
		for (const number of ["_", "1_", "-_", "1._", "1e_", "1e-_"]) {
			compare(`{"a":${number.replace("_", () => character)}}`);
		}
	}
});

describe("nesting", () => {
	const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
	const listed = (levels: number) => `{"a":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`;

	it.each([2, DEEPEST - 1, DEEPEST])("of %i levels is read", (levels) => {
		expect(readObject(nested(levels)).kind).toBe("object");
		expect(readObject(listed(levels)).kind).toBe("object");
	});

	it.each([
		...[DEEPEST + 1, 100, 100_000].flatMap((levels) => [nested(levels), listed(levels)]),
		...["[", '{"a":', '[{"a":', '{"a":[1,'].map((open) => open.repeat(100_000)),
	])("beyond that is refused, however deep (%#)", (text) => {
		expect(readObject(text)).toEqual({
			kind: "invalid",
			code: "too-deep",
			reason: "nested deeper than 8 levels",
		});
	});
});

describe("long messages", () => {
	it.each([
		{ name: "a long string", text: `{"a":"${"x".repeat(1_000_000)}"}`, count: 1 },
		{ name: "a long name", text: `{"${"é".repeat(500_000)}":1}`, count: 1 },
		{ name: "a long number", text: `{"a":${"9".repeat(1_000_000)}}`, count: 1 },
		{ name: "many members", text: `{${'"a":true,'.repeat(100_000)}"b":1}`, count: 100_001 },
		{ name: "a long list", text: `{"a":[${"0,".repeat(500_000)}0]}`, count: 1 },
		{ name: "much white space", text: `${" ".repeat(500_000)}{}${"\n".repeat(500_000)}`, count: 0 },
	])("$name", ({ text, count }) => {
		const read = readObject(text);
		expect(read.kind === "object" && read.members.length).toBe(count);
	});
});

describe("takes exactly what JSON.parse takes as an object", () => {
	const numRuns = 1000;
	const codeUnits = fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units));
	const json = fc
		.tuple(fc.jsonValue({ maxDepth: 4 }), fc.nat(3))
		.map(([value, space]) => JSON.stringify(value, null, space));
	const object = fc
		.tuple(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ maxDepth: 2 })), fc.nat(3))
		.map(([value, space]) => JSON.stringify(value, null, space));
	const token = fc.constantFrom(
		...["{", "}", "[", "]", ":", ",", '"', '"a"', '"b"', "\\", "\\u00", "true", "false", "null"],
		...["0", "1", "-", ".", "e", "E", "+", " ", "\n", "\t", "\u0000", "\u007f", "\ud800", "a"],
	);

	it.each([
		{ name: "strings", texts: fc.oneof(fc.string(), codeUnits) },
		{ name: "strings between quotation marks", texts: codeUnits.map((text) => `{"a":"${text}"}`) },
		{ name: "JSON", texts: json },
		{ name: "objects", texts: object },
		{ name: "tokens in any order", texts: fc.array(token, { maxLength: 12 }).map((all) => all.join("")) },
		{
			name: "values of tokens in any order",
			texts: fc.array(token, { maxLength: 8 }).map((all) => `{"a":${all.join("")}}`),
		},
	])("of $name", ({ texts }) => {
		fc.assert(fc.property(texts, compare), { numRuns });
	});

	it("of JSON with something put in, left out, or cut off", () => {
		const place = fc.double({ min: 0, max: 1, noNaN: true });
		const change = fc.constantFrom("insert", "delete", "replace", "cut");
		fc.assert(
			fc.property(fc.oneof(json, object), place, change, token, (text, where, how, what) => {
				const at = Math.floor(where * text.length);
				const rest = how === "cut" ? "" : text.slice(how === "insert" ? at : at + 1);
				compare(`${text.slice(0, at)}${how === "insert" || how === "replace" ? what : ""}${rest}`);
			}),
			{ numRuns: 2 * numRuns },
		);
	});
});
