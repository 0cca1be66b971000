import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { loadCsv, parseRecording, replay } from "../../../host-sim/world/csv.js";
import { InputError } from "../../../host-sim/world/errors.js";
import { anyText } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "light-"));
afterAll(() => rmSync(folder, { recursive: true }));

const rowsOf = (text: string) => {
	const { times, values } = parseRecording(text, "room.csv");
	return Array.from(times, (time, index) => [time, values[index]]);
};

describe("reads", () => {
	it.each([
		{
			name: "dates",
			text: "time,light\n2015-02-02T14:19:00,585.2\n2015-02-02T14:19:59,578\n",
			rows: [
				[0, 585.2],
				[59_000, 578],
			],
		},
		{
			name: "seconds",
			text: "time,light\n100.5,1\n101,2\n",
			rows: [
				[0, 1],
				[500, 2],
			],
		},
		{
			name: "negative seconds",
			text: "time,light\n-1,1\n1,2\n",
			rows: [
				[0, 1],
				[2_000, 2],
			],
		},
		{
			name: "columns in any order, among others",
			text: "id,light,room,time\n1,5,a,0\n2,6,b,1\n",
			rows: [
				[0, 5],
				[1_000, 6],
			],
		},
		{
			name: "CRLF and a byte order mark",
			text: "\uFEFFtime,light\r\n0,1\r\n1,2\r\n",
			rows: [
				[0, 1],
				[1_000, 2],
			],
		},
		{ name: "no line end at the end", text: "time,light\n0,1", rows: [[0, 1]] },
		{ name: "quotes and spaces", text: '"time", light\n"0", 1 \n', rows: [[0, 1]] },
		{ name: "blank lines", text: "time,light\n\n0,1\n\n", rows: [[0, 1]] },
		{
			name: "exponents and signs",
			text: "time,light\n1.5e3,+1e2\n1.6e3,-.5\n",
			rows: [
				[0, 100],
				[100_000, -0.5],
			],
		},
		{
			name: "the same time twice",
			text: "time,light\n0,1\n0,2\n1,3\n",
			rows: [
				[0, 1],
				[0, 2],
				[1_000, 3],
			],
		},
		{ name: "rows longer than the header", text: "time,light\n0,1,x\n", rows: [[0, 1]] },
	])("$name", ({ text, rows }) => {
		expect(rowsOf(text)).toEqual(rows);
	});
});

describe("refuses", () => {
	it.each([
		{
			name: "an empty file",
			text: "",
			message:
				"room.csv: no column time; the first line must name the columns time and light (found: nothing)",
		},
		{
			name: "no column light",
			text: "time,lux\n0,1\n",
			message:
				'room.csv: no column light; the first line must name the columns time and light (found: "time", "lux")',
		},
		{
			name: "no header",
			text: "0,1\n1,2\n",
			message:
				'room.csv: no column time; the first line must name the columns time and light (found: "0", "1")',
		},
		{
			name: "semicolons",
			text: "time;light\n0;1\n",
			message:
				'room.csv: no column time; the first line must name the columns time and light (found: "time;light")',
		},
		{ name: "no rows", text: "time,light\n", message: "room.csv: no rows below the header" },
		{
			name: "a bad number",
			text: "time,light\n0,1\n1,dark\n",
			message: 'room.csv, line 3: light "dark" is not a number; leave the row out where there was no reading',
		},
		{
			name: "an empty number",
			text: "time,light\n0,\n",
			message: 'room.csv, line 2: light "" is not a number; leave the row out where there was no reading',
		},
		{
			name: "a short row",
			text: "time,light\n0,1\n\n1\n",
			message: 'room.csv, line 4: light "" is not a number; leave the row out where there was no reading',
		},
		{
			name: "infinite light",
			text: "time,light\n0,1e999\n",
			message:
				'room.csv, line 2: light "1e999" is not a number; leave the row out where there was no reading',
		},
		{
			name: "a bad time",
			text: "time,light\nnoon,1\n",
			message:
				'room.csv, line 2: time "noon" is neither ISO 8601, for example 2015-02-02T14:19:00, nor a number of seconds',
		},
		{
			name: "a time that goes back",
			text: "time,light\n5,1\n6,1\n5,1\n",
			message: 'room.csv, line 4: time "5" is before the one above; rows must be in the order of time',
		},
		{
			name: "dates and seconds mixed",
			text: "time,light\n2015-02-02,1\n6,1\n",
			message: 'room.csv, line 3: time "6" is not written like the ones before; dates and seconds do not mix',
		},
		{ name: "an open quote", text: 'time,light\n0,"1\n', message: "room.csv, line 2: Quote Not Closed" },
		{
			name: "a long cell",
			text: `time,light\n0,${"x".repeat(100)}\n`,
			message: `room.csv, line 2: light "${"x".repeat(40)}…" is not a number; leave the row out where there was no reading`,
		},
	])("$name", ({ text, message }) => {
		expect(() => parseRecording(text, "room.csv")).toThrow(new InputError(message));
	});

	it("any text with one line, and nothing else but InputError", () => {
		const text = fc.oneof(
			anyText,
			fc.string().map((rest) => `time,light\n${rest}`),
			fc.stringMatching(/^[0-9,"\r\n;.-]*$/).map((rest) => `time,light\n${rest}`),
		);
		fc.assert(
			fc.property(text, (text) => {
				try {
					replay(parseRecording(text, "room.csv"))(5);
				} catch (error) {
					expect(error).toBeInstanceOf(InputError);
					expect((error as Error).message).toMatch(/^.+$/);
				}
			}),
		);
	});
});

describe("replays", () => {
	it.each([
		{ elapsed: -1, value: 1 },
		{ elapsed: 0, value: 1 },
		{ elapsed: 999, value: 1 },
		{ elapsed: 1_000, value: 3 },
		{ elapsed: 3_599_999, value: 3 },
		{ elapsed: 3_600_000, value: 4 },
		{ elapsed: 1e15, value: 4 },
		{ elapsed: Number.POSITIVE_INFINITY, value: 4 },
	])("at $elapsed ms: $value", ({ elapsed, value }) => {
		const text = "time,light\n7,1\n8,2\n8,3\n3607,4\n";
		expect(replay(parseRecording(text, "room.csv"))(elapsed)).toBe(value);
	});

	it("the last row that is not later, like a search from the end", () => {
		const gaps = fc.array(fc.nat(5), { minLength: 1, maxLength: 50 });
		fc.assert(
			fc.property(gaps, fc.nat(300), (gaps, elapsed) => {
				const times = new Float64Array(gaps.length);
				for (let i = 1; i < gaps.length; i += 1) times[i] = (times[i - 1] ?? 0) + (gaps[i] ?? 0);
				const values = times.map((_, index) => index);
				const expected = times.filter((at) => at <= elapsed).length - 1;
				expect(replay({ times, values })(elapsed)).toBe(expected);
			}),
		);
	});

	it("thirty thousand rows, in no time", () => {
		const lines = Array.from({ length: 30_000 }, (_, i) => `${i * 60},${i % 1000}`);
		const path = join(folder, "long.csv");
		writeFileSync(path, `time,light\n${lines.join("\n")}\n`);
		const light = loadCsv(path);
		const before = performance.now();
		for (let i = 0; i < 30_000; i += 1) if (light(i * 60_000) !== i % 1000) throw new Error(`row ${i}`);
		expect(performance.now() - before).toBeLessThan(1_000);
	});
});

describe("a file", () => {
	it("is loaded", () => {
		const path = join(folder, "good.csv");
		writeFileSync(path, "time,light\n0,7\n");
		expect(loadCsv(path)(0)).toBe(7);
	});

	it.each([
		{ name: "missing.csv", message: "cannot read %: there is no such file" },
		{ name: "", message: "% is not a file; give a CSV file" },
		{ name: "good.csv/x", message: "cannot read %: there is no such file" },
		{ name: "utf16.csv", message: "% is not UTF-8 text; save it as CSV in UTF-8" },
	])("refused: $name", ({ name, message }) => {
		const utf16 = Buffer.from("\uFEFFtime,light\n0,ä\n", "utf16le");
		writeFileSync(join(folder, "utf16.csv"), utf16);
		writeFileSync(join(folder, "good.csv"), "time,light\n0,7\n");
		const path = join(folder, name);
		expect(() => loadCsv(path)).toThrow(new InputError(message.replace("%", path)));
	});

	it.runIf(process.platform !== "win32")("that never ends is refused", () => {
		expect(() => loadCsv("/dev/zero")).toThrow("/dev/zero is not a file");
	});
});
