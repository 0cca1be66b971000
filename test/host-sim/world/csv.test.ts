import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { loadCsv, parseRecording, RecordingReader, replay } from "../../../host-sim/world/csv.js";
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
		{
			name: "lines of old Macs",
			text: "time,light\r0,1\r\r1,2\r",
			rows: [
				[0, 1],
				[1_000, 2],
			],
		},
		{
			name: "lines that end in every way",
			text: 'time,light\r0,1\n1,2\r\n"2",3',
			rows: [
				[0, 1],
				[1_000, 2],
				[2_000, 3],
			],
		},
		...[1, 1e3, 1e6, 1e9].map((unit) => ({
			name: `times since 1970 in 1/${unit} s`,
			text: `time,light\n${1422878400 * unit},1\n${1422878402 * unit},2\n`,
			rows: [
				[0, 1],
				[2_000, 2],
			],
		})),
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
			message: 'room.csv, line 3: time "6" is not written like the ones before; seconds and dates do not mix',
		},
		{
			name: "seconds and milliseconds mixed",
			text: "time,light\n1422878400,1\n1422878400000,1\n",
			message:
				'room.csv, line 3: time "1422878400000" is not written like the ones before; milliseconds and seconds do not mix',
		},
		{
			name: "a bad number between CR",
			text: "time,light\r0,1\r1,dark\r",
			message: 'room.csv, line 3: light "dark" is not a number; leave the row out where there was no reading',
		},
		{
			name: "a bad number below a cell of two lines",
			text: 'time,light,note\r\n0,1,"a\r\nb"\r\n1,dark,\r\n',
			message: 'room.csv, line 4: light "dark" is not a number; leave the row out where there was no reading',
		},
		{
			name: "a quote that is never closed in a long file",
			text: `time,light\n0,"1\n${"1,2\n".repeat(300_000)}`,
			message: "room.csv, line 2: a row of more than 1000000 characters; is a quote not closed?",
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

describe("a recording that comes in pieces", () => {
	const read = (pieces: readonly string[]) => {
		const reader = new RecordingReader("room.csv");
		try {
			for (const piece of pieces) reader.push(piece);
			const { times, values } = reader.end();
			return [Array.from(times), Array.from(values)];
		} catch (error) {
			expect(error).toBeInstanceOf(InputError);
			return (error as Error).message;
		}
	};

	it("is the same however it is cut", () => {
		const cell = fc.constantFrom("1", "2.5", '"3"', '"a,\nb"', '"a\r\nb""c"', "dark", "");
		const row = fc.tuple(fc.nat(3), fc.nat(9), cell).map(([, value, note]) => `,${value},${note}`);
		const file = fc
			.tuple(fc.array(row), fc.constantFrom("\n", "\r", "\r\n"), fc.boolean())
			.map(([rows, end, isClosed]) => {
				const lines = ["time,light,note", ...rows.map((text, index) => `${index}${text}`)];
				return lines.join(end) + (isClosed ? end : "");
			});
		fc.assert(
			fc.property(file, fc.array(fc.nat(40)), (text, sizes) => {
				const pieces: string[] = [];
				let rest = text;
				for (const size of sizes) {
					pieces.push(rest.slice(0, size));
					rest = rest.slice(size);
				}
				expect(read([...pieces, rest])).toEqual(read([text]));
				expect(read(Array.from(text))).toEqual(read([text]));
			}),
		);
	});
});

describe("a long recording", () => {
	const ROWS = 250_000;

	it("takes 16 bytes a row, and little more while it is read", () => {
		const path = join(folder, "long.csv");
		const rows = Array.from({ length: ROWS }, (_, row) => {
			return `${new Date(Date.UTC(2015, 1, 2) + row * 1000).toISOString()},${(row % 1024) + 0.25}`;
		});
		writeFileSync(path, `time,light\n${rows.join("\n")}`);
		const script = `
			import { setImmediate } from "node:timers/promises";
			import { loadCsv } from ${JSON.stringify(new URL("../../../host-sim/world/csv.ts", import.meta.url).href)};
			loadCsv(${JSON.stringify(join(folder, "short.csv"))});
			const before = process.resourceUsage().maxRSS;
			const light = loadCsv(${JSON.stringify(path)});
			const peak = (process.resourceUsage().maxRSS - before) * 1024;
			for (let turn = 0; turn < 3; turn++) {
				await setImmediate();
				globalThis.gc();
			}
			const { arrayBuffers } = process.memoryUsage();
			console.log(JSON.stringify({ peak, arrayBuffers, levels: [light(0), light(1000), light(1e12)] }));
		`;
		writeFileSync(join(folder, "short.csv"), "time,light\n0,1\n");
		const words = ["--expose-gc", "--import", "tsx", "--input-type=module", "-e", script];
		const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
		expect(stderr).toBe("");
		const { peak, arrayBuffers, levels } = JSON.parse(stdout);
		expect(levels).toEqual([0.25, 1.25, ((ROWS - 1) % 1024) + 0.25]);
		expect(arrayBuffers / ROWS).toBeLessThan(18);
		// All rows as JavaScript's objects took 850 bytes each.
		expect(peak / ROWS).toBeLessThan(400);
	}, 60_000);
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
