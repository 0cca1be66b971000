import { PassThrough } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../../host-sim/world/errors.js";
import { type BadLine, LineSplitter, lightFromStream, MAX_LINE } from "../../../host-sim/world/stdin.js";

function open() {
	const stream = new PassThrough();
	const bad: BadLine[] = [];
	const tooHigh = (value: number) => (value > 1023 ? `${value} is above 1023` : undefined);
	const { source, first, stop } = lightFromStream(stream, (line) => bad.push(line), tooHigh);
	/** Gives pieces to the stream and waits until they are read. */
	const give = async (...pieces: (string | Uint8Array)[]) => {
		for (const piece of pieces) {
			stream.write(piece);
			await new Promise(setImmediate);
		}
	};
	const end = async () => {
		stream.end();
		await new Promise((resolve) => stream.once("close", resolve));
	};
	return { stream, bad, first, light: () => source(0), stop, give, end };
}

describe("the newest number", () => {
	it.each([
		{ name: "none before the first", pieces: ["\n"], value: Number.NaN },
		{ name: "one line", pieces: ["5\n"], value: 5 },
		{ name: "an unfinished line does not count", pieces: ["5\n6"], value: 5 },
		{ name: "several lines at once", pieces: ["5\n6\n7\n"], value: 7 },
		{ name: "a line in pieces", pieces: ["1", "2", ".", "5", "\n"], value: 12.5 },
		{ name: "CRLF", pieces: ["5\r\n"], value: 5 },
		{ name: "CRLF in pieces", pieces: ["5\r", "\n"], value: 5 },
		{ name: "CR alone, at once", pieces: ["5\r6\r"], value: 6 },
		{ name: "CR alone in pieces", pieces: ["5", "\r", "6\r7", "\r"], value: 7 },
		{ name: "CRLF between pieces of several lines", pieces: ["5\r", "\n6\r", "\n"], value: 6 },
		{ name: "a byte order mark", pieces: ["\ufeff5\n"], value: 5 },
		{ name: "spaces and blank lines", pieces: ["  5 \n\n \n"], value: 5 },
		{ name: "a sign and an exponent", pieces: ["-1e2\n"], value: -100 },
	])("$name: $value", async ({ pieces, value }) => {
		const { give, light, bad } = open();
		await give(...pieces);
		expect(light()).toBe(value);
		expect(bad).toEqual([]);
	});

	it("may end without a line end, and holds after the end", async () => {
		const { give, end, light } = open();
		await give("5\n6");
		await end();
		expect(light()).toBe(6);
	});
});

describe("a bad line", () => {
	it.each([
		{ name: "a word", text: "dark\n", bad: [{ line: 2, reason: '"dark" is not a number' }] },
		{ name: "two numbers", text: "1 2\n", bad: [{ line: 2, reason: '"1 2" is not a number' }] },
		{ name: "infinity", text: "1e999\n", bad: [{ line: 2, reason: '"1e999" is not a number' }] },
		{
			name: "a control character",
			text: "\u001b[2J\n",
			bad: [{ line: 2, reason: '"\\u001b[2J" is not a number' }],
		},
		{
			name: "a control character JSON does not escape",
			text: "\u009b2J\n",
			bad: [{ line: 2, reason: '"\\u009b2J" is not a number' }],
		},
		{
			name: "ill-formed UTF-8",
			text: Uint8Array.of(0xff, 0x0a),
			bad: [{ line: 2, reason: '"\uFFFD" is not a number' }],
		},
		{
			name: "a line too long",
			text: `${"1".repeat(MAX_LINE + 1)}\n`,
			bad: [{ line: 2, reason: "a line of more than 1000 characters" }],
		},
	])("$name is reported once and ignored", async ({ text, bad: expected }) => {
		const { give, light, bad } = open();
		await give("5\n", text);
		expect(light()).toBe(5);
		expect(bad).toEqual(expected);
		await give("6\n");
		expect(light()).toBe(6);
		expect(bad).toHaveLength(1);
	});

	it("unfinished at the end is reported too", async () => {
		const { give, end, bad } = open();
		await give("dark");
		await end();
		expect(bad).toEqual([{ line: 1, reason: '"dark" is not a number' }]);
	});

	it("without end does not fill the memory", async () => {
		const { give, bad, light } = open();
		const piece = "1".repeat(60_000);
		for (let count = 0; count < 100; count += 1) await give(piece);
		await give("\n7\n");
		expect(light()).toBe(7);
		expect(bad).toHaveLength(1);
	});

	it("is what a failing stream becomes", () => {
		const { stream, bad } = open();
		stream.emit("error", new Error("gone"));
		expect(bad).toEqual([{ line: 1, reason: "cannot be read: gone" }]);
	});
});

describe("the first number", () => {
	it("is waited for, over lines that are none", async () => {
		const { first, give, light } = open();
		let isThere = false;
		first.then(() => {
			isThere = true;
		});
		await give("\n", "dark\n", "5");
		expect(isThere).toBe(false);
		await give("\n");
		expect([isThere, light()]).toEqual([true, 5]);
	});

	it("may be the last one, without a line end", async () => {
		const { first, give, end, light } = open();
		await give("5");
		await end();
		await first;
		expect(light()).toBe(5);
	});

	it.each([
		["an empty stream", []],
		["a stream without numbers", ["dark\n"]],
	])("never comes of %s", async (_, pieces) => {
		const { first, give, end } = open();
		await give(...pieces);
		await end();
		await expect(first).rejects.toThrow(new InputError("standard input ended before the first number"));
	});

	it("never comes of a stream that fails", async () => {
		const { stream, first } = open();
		stream.emit("error", new Error("gone"));
		await expect(first).rejects.toThrow(new InputError("standard input cannot be read"));
	});
});

it("tells of a number out of range once, until one is in range again", async () => {
	const { give, light, bad } = open();
	await give("5\n99999\n99998\n7\n", "2000\n");
	expect(light()).toBe(2000);
	expect(bad).toEqual([
		{ line: 2, reason: "99999 is above 1023" },
		{ line: 5, reason: "2000 is above 1023" },
	]);
});

it("stops listening when it is told to", async () => {
	const { stream, stop, give, light } = open();
	await give("5\n");
	stop();
	await give("6\n");
	expect(light()).toBe(5);
	expect(stream.isPaused()).toBe(true);
	stream.destroy(new Error("late"));
});

describe("the line splitter", () => {
	it("finds the same lines wherever a text is cut", () => {
		const text = fc
			.array(fc.constantFrom("1", "23", "\n", "\r\n", "\r", "x", "é", "9".repeat(MAX_LINE)))
			.map((parts) => parts.join(""));
		fc.assert(
			fc.property(text, fc.array(fc.nat(50)), (text, lengths) => {
				const whole = new LineSplitter();
				const expected = [...whole.push(text), ...whole.end()];
				const cut = new LineSplitter();
				const lines = [];
				let rest = text;
				for (const length of lengths) {
					lines.push(...cut.push(rest.slice(0, length)));
					rest = rest.slice(length);
				}
				lines.push(...cut.push(rest), ...cut.end());
				expect(lines).toEqual(expected);
			}),
		);
	});

	it.each([
		{ name: "the longest line", text: "x".repeat(MAX_LINE), kind: "line" },
		{ name: "the longest line, CRLF", text: `${"x".repeat(MAX_LINE)}\r`, kind: "line" },
		{ name: "one more", text: "x".repeat(MAX_LINE + 1), kind: "overlong" },
		{ name: "one more, CRLF", text: `${"x".repeat(MAX_LINE + 1)}\r`, kind: "overlong" },
	])("$name: $kind", ({ text, kind }) => {
		expect(new LineSplitter().push(`${text}\n`)).toMatchObject([{ kind }]);
	});
});
