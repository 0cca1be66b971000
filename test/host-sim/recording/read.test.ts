import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Entry, headerLine } from "../../../host-sim/recording/entry.js";
import { RecordingError } from "../../../host-sim/recording/failure.js";
import { readRecording } from "../../../host-sim/recording/read.js";
import { configOf } from "../../support/virtual/config.js";
import { HEADER, recordedWorld, replayed } from "./support.js";

const FIRST = headerLine(HEADER);
const BOARD = {
	pin: { light: "light", led: "led" },
	output: 8,
	keyValue: false,
	flash: false,
	protocols: [],
};
const START = `${JSON.stringify({ at: 0, device: "d1", event: "start", args: [configOf(), BOARD] })}\n`;

/** All entries. */
function readAll(pieces: Iterable<Uint8Array>): { entries: Entry[]; cutOff: number | undefined } {
	const recording = readRecording(pieces);
	const entries: Entry[] = [];
	for (let entry = recording.next(); entry !== undefined; entry = recording.next()) entries.push(entry);
	return { entries, cutOff: recording.cutOff };
}

const read = (text: string) => readAll([Buffer.from(text)]);

describe("the first line", () => {
	it.each([
		["", "not a recording of this program"],
		["\n", "not a recording of this program"],
		["time,light\n1,2\n", "not a recording of this program"],
		[FIRST.trimEnd(), "not a recording of this program"],
		['{"format":"har","version":1}\n', "not a recording of this program"],
		["[]\n", "not a recording of this program"],
		["null\n", "not a recording of this program"],
		['{"format":"nightlight recording"}\n', "line 1: not a recording: its version is missing"],
		[
			'{"format":"nightlight recording","version":4,"firmware":"9.0.0"}\n',
			"line 1: format version 4, and this program reads 2 and 3; replay it with the program that made it, nightlight 9.0.0",
		],
		[
			'{"format":"nightlight recording","version":0}\n',
			"line 1: format version 0, and this program reads 2 and 3; replay it with the program that made it",
		],
		[
			'{"format":"nightlight recording","version":1}\n',
			"line 1: format version 1, and this program reads 2 and 3; replay it with the program that made it",
		],
		['{"format":"nightlight recording","version":2}\n', "line 1: firmware: wants text"],
		[
			'{"format":"nightlight recording","version":3,"firmware":"1","engine":"v8"}\n',
			"line 1: engine: wants node, xs, arm",
		],
	])("%j is refused", (text, message) => {
		expect(() => read(text)).toThrow(expect.objectContaining({ name: "RecordingError", message }));
	});

	it("is read, and may be all there is", () => {
		expect(readRecording([Buffer.from(FIRST)]).header).toEqual(HEADER);
		expect(read(FIRST)).toEqual({ entries: [], cutOff: undefined });
	});

	it.each([
		["bytes that are no text", Uint8Array.of(0xff, 0xfe, 0x0a)],
		["a line without end", new Uint8Array(17 * 1024 * 1024).fill(0x20)],
	])("%s are refused", (_, bytes) => {
		expect(() => readAll([bytes])).toThrow(new RecordingError("not a recording of this program"));
	});
});

describe("a line that is no entry is refused by its number", () => {
	it.each([
		["", "not a JSON object"],
		["{", "not a JSON object"],
		["[1]", "not a JSON object"],
		["null", "not a JSON object"],
		["{}", "neither an event nor a call"],
		[FIRST.trimEnd(), "neither an event nor a call"],
		['{"call":"nov","is":1}', 'there is no call "nov"'],
		['{"call":"toString"}', 'there is no call "toString"'],
		['{"call":"__proto__"}', 'there is no call "__proto__"'],
		['{"call":1}', "call: wants text"],
		['{"event":"timed","at":0,"device":"d1"}', 'there is no event "timed"'],
		['{"event":"timer","device":"d1"}', "at: wants milliseconds"],
		['{"event":"timer","at":-1,"device":"d1"}', "at: wants milliseconds"],
		['{"event":"timer","at":0}', "device: wants text"],
		['{"event":"timer","at":0,"device":"d1","of":-1}', "of: wants a whole number from 0"],
		['{"event":"timer","at":0,"device":"d1","of":1.5}', "of: wants a whole number from 0"],
		['{"event":"timer","at":0,"device":"d1","args":[1]}', "args: wants a list of 0"],
		['{"event":"socket.readable","at":0,"device":"d1"}', "args: wants a list of 1"],
		['{"event":"socket.readable","at":0,"device":"d1","args":["4"]}', "args[0]: wants a number"],
		['{"event":"start","at":0,"device":"d1","args":[{},[]]}', "args[1]: wants an object"],
		['{"call":"now"}', "is: wants a number"],
		['{"call":"now","is":"soon"}', "is: wants a number"],
		['{"call":"now","is":null}', "is: wants a number"],
		['{"call":"date","is":"today"}', "is: wants a number, or null"],
		['{"call":"timer.set","args":[]}', "args: wants a list of 1"],
		['{"call":"timer.set","args":{}}', "args: wants a list of 1"],
		['{"call":"timer.set","args":[1],"is":2}', "is: wants nothing"],
		['{"call":"analog.open","args":[[],null],"is":1}', "args[0]: wants a pin: a number or text"],
		['{"call":"digital.open","args":[1,8,0,1]}', "args[3]: wants true or false, or null"],
		['{"call":"socket.read","args":[4],"is":"IAIAA"}', "is: wants bytes in Base64, or null"],
		['{"call":"socket.read","args":[4],"is":"IA=A"}', "is: wants bytes in Base64, or null"],
		['{"call":"socket.write","args":[[1,2]]}', "args[0]: wants bytes in Base64"],
		['{"call":"storage.keys","is":[1]}', "is: wants a list of texts"],
		['{"call":"now","throws":1}', "throws: wants text"],
	])("%s", async (line, message) => {
		const problem = new RecordingError(message, 3);
		expect(() => read(`${FIRST}${START}${line}\n`)).toThrow(problem);
	});

	it("also when its name is a list deeper than any stack", () => {
		const deep = `{"call":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
		expect(() => read(`${FIRST}${START}${deep}\n`)).toThrow("line 3: call: wants text");
	});

	it("also when it is not UTF-8, or too long", () => {
		const begin = Buffer.from(FIRST + START);
		expect(() => readAll([begin, Uint8Array.of(0x22, 0xff, 0x22, 0x0a)])).toThrow("line 3: not UTF-8");
		const endless = new Uint8Array(17 * 1024 * 1024).fill(0x20);
		expect(() => readAll([begin, endless])).toThrow("line 3: longer than 16777216 bytes");
	});
});

describe("what is left out", () => {
	it.each([
		['{"call":"now","is":5}', { name: "now", of: 0, args: [], is: 5, throws: undefined }],
		['{"call":"date"}', { name: "date", is: undefined }],
		['{"call":"random","is":"NaN"}', { name: "random", is: Number.NaN }],
		['{"call":"socket.read","of":7,"args":[null]}', { of: 7, args: [null], is: undefined }],
		['{"call":"socket.read","of":7,"args":[4],"is":"IAIAAA=="}', { is: Uint8Array.of(0x20, 2, 0, 0) }],
		['{"call":"now","throws":"broken"}', { is: undefined, throws: "broken" }],
	])("is nothing in %s", (line, entry) => {
		expect(read(`${FIRST}${line}\n`).entries).toEqual([expect.objectContaining(entry)]);
	});
});

describe("a last line without its end", () => {
	it.each([
		["a part of one", '{"call":"no'],
		["a whole one, as far as one can see", '{"call":"now","is":123}'],
		["half a character", "\xc3"],
	])("is left out, and told: %s", (_, rest) => {
		const { entries, cutOff } = readAll([Buffer.from(FIRST + START), Buffer.from(rest, "latin1")]);
		expect([entries.length, cutOff]).toEqual([1, 3]);
	});
});

it("a recording reads the same however its bytes are cut", () => {
	const { lines } = recordedWorld(4, 0.02, 1);
	const bytes = Buffer.from(`${lines.join("")}{"cut`);
	const whole = readAll([bytes]);
	expect(whole).toMatchObject({ cutOff: lines.length + 1, entries: { length: lines.length - 1 } });
	for (const length of [1, 7, 100]) {
		const pieces = Array.from({ length: Math.ceil(bytes.length / length) }, (_, index) =>
			bytes.subarray(index * length, (index + 1) * length),
		);
		expect(readAll(pieces)).toEqual(whole);
	}
});

describe("any bytes", () => {
	it("are read, or refused as a recording", () => {
		const json = fc.jsonValue().map((value) => Buffer.from(`${JSON.stringify(value)}\n`));
		const line = fc.oneof(json, fc.uint8Array({ maxLength: 40 }));
		fc.assert(
			fc.property(fc.boolean(), fc.array(line), (hasHeader, rest) => {
				try {
					readAll([...(hasHeader ? [Buffer.from(FIRST)] : []), ...rest]);
				} catch (error) {
					expect(error).toBeInstanceOf(RecordingError);
					expect((error as Error).message).not.toContain("\n");
				}
			}),
		);
	});
});

describe("entries that do not go together are refused by their line", () => {
	const event = (fields: object) => `${JSON.stringify({ at: 1, device: "d1", ...fields })}\n`;
	const start = (config: object, board: object) => event({ event: "start", args: [config, board] });

	/** Has the event of a one-shot timer again, at the end. */
	const twice = (lines: readonly string[]): string[] => {
		const isOnce = (line: string) => {
			const { event, of } = JSON.parse(line) as { event?: string; of?: number };
			return event === "timer" && lines.some((other) => other.startsWith(`{"call":"timer.set","of":${of},`));
		};
		return [...lines, lines.find(isOnce) as string];
	};

	it.each([
		{ name: "a call first", lines: ['{"call":"now","is":1}\n'], says: "line 2: a call before a start" },
		{
			name: "an event of a device that is not on",
			lines: [event({ event: "timer", of: 1 })],
			says: "line 2: device d1 is not on",
		},
		{
			name: "a second start",
			lines: [
				...recordedWorld(1, 0.001, 1).lines.slice(1),
				event({ event: "start", args: [configOf(), BOARD] }),
			],
			says: "device d1 is on already",
		},
		{
			name: "a configuration that is not valid",
			lines: [start({ ...configOf(), id: "?" }, BOARD)],
			says: "line 2: the configuration: id: got",
		},
		...[
			{ ...BOARD, pin: null },
			{ ...BOARD, pin: { led: [] } },
			{ ...BOARD, output: "8" },
			{ ...BOARD, keyValue: 1 },
			{ ...BOARD, flash: 1 },
			{ ...BOARD, protocols: ["mqtt"] },
		].map((board) => ({
			name: `the board ${JSON.stringify(board)}`,
			lines: [start(configOf(), board)],
			says: "line 2: the board: wants pin, output, keyValue, flash and protocols",
		})),
		...(["timer", "socket.securing"] as const).map((name) => ({
			name: `${name} of something else`,
			lines: [...recordedWorld(1, 0.001, 1).lines.slice(1), event({ event: name, of: 1 })],
			says: `the firmware has no ${name === "timer" ? "timer" : "socket"} 1`,
		})),
		{ name: "nothing but its first line", lines: [], says: "no device starts in it; record one again" },
		{ name: "a first entry that is cut off", lines: [START.slice(0, -1)], says: "no device starts in it" },
		{
			name: "a timer that goes off once, twice",
			lines: twice(recordedWorld(1, 0.01, 1).lines.slice(1)),
			says: "the firmware has no timer",
		},
		{
			name: "the answer to no question",
			lines: [
				...recordedWorld(1, 0.001, 1).lines.slice(1),
				event({ event: "resolver.failed", of: 999, args: ["x", null] }),
			],
			says: "the firmware has no lookup 999",
		},
	])("$name", async ({ lines, says }) => {
		await expect(replayed([FIRST, ...lines])).rejects.toThrow(says);
		await expect(replayed([FIRST, ...lines])).rejects.toBeInstanceOf(RecordingError);
	});

	it("a corrupt line ends a replay where it is, without a divergence before", async () => {
		const { lines } = recordedWorld(1, 0.01, 1);
		lines[40] = "{\n";
		await expect(replayed(lines)).rejects.toThrow("line 41: not a JSON object");
	});

	it("a divergence before a corrupt line is a divergence", async () => {
		const { lines } = recordedWorld(1, 0.01, 1);
		const at = lines.findIndex((line) => line.includes('"call":"digital.open"'));
		lines[at] = (lines[at] as string).replace('"args":[0,', '"args":[1,');
		lines[at + 20] = "{\n";
		expect((await replayed(lines)).divergence?.line).toBe(at + 1);
	});
});
