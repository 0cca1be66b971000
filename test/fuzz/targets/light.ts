import { EventEmitter } from "node:events";
import type { Readable } from "node:stream";
import { parseRecording, replay } from "../../../host-sim/world/csv.js";
import { InputError } from "../../../host-sim/world/errors.js";
import { parseNumber } from "../../../host-sim/world/numbers.js";
import { day, parseSource, toReading } from "../../../host-sim/world/source.js";
import { LineSplitter, lightFromStream, MAX_LINE } from "../../../host-sim/world/stdin.js";
import { parseTime } from "../../../host-sim/world/time.js";
import { bytesOf, EACH, looseText, pieces, WHOLE } from "../bytes.js";
import { spoilt } from "../mutate.js";
import type { Random } from "../random.js";
import { demand, demandSame, type Target, unless } from "../target.js";

const TIMES = [
	"0",
	"1",
	"2",
	"1.5e3",
	"2015-02-02T14:19:00",
	"2015-02-02 14:20",
	"2015-02-03T00:00:00.5+01:00",
	"2015-02-31",
	"x",
	"",
	"1e999",
	"9999-12-31T23:59:59Z",
];
const LIGHTS = ["0", "1023", "-5", "12.5", "1e3", ".5", "+7", "x", "", "1e999", "0x10"];
const FORMS = ["day", "day:60", "day:0", "day:1e999", "csv:", "csv:a", "-", "512", "1024", "nan"];
const MAX_DATE = 8.64e15;

/** Ranges of sensors; the input chooses one by its length. */
const RANGES = [
	{ minimum: 0, maximum: 1023 },
	{ minimum: 0, maximum: 100 },
	{ minimum: -40, maximum: 85 },
	{ minimum: -1_000_000, maximum: 1_000_000 },
];

function checkLevel(level: number): void {
	for (const range of RANGES) {
		const reading = toReading(level, range);
		demand(
			Number.isInteger(reading) && reading >= range.minimum && reading <= range.maximum,
			"no reading in the range",
		);
	}
}

/** The text of an option, a time or a number. */
export const lightText: Target = {
	name: "light-text",
	covers: [
		"host-sim/world/source.ts",
		"host-sim/world/numbers.ts",
		"host-sim/world/time.ts",
		"host-sim/world/errors.ts",
	],
	share: 3,
	generate: (random) => spoilt(bytesOf(random.pick([...FORMS, ...TIMES, ...LIGHTS])), random, 0.2),
	run: (input) => {
		const text = looseText(input);
		const number = parseNumber(text);
		if (number !== undefined) demand(Number.isFinite(number) && number === Number(text), "another number");
		const time = parseTime(text);
		if (time !== undefined) demand(Math.abs(time.at) <= MAX_DATE + 86_400_000, "a time that no date has");
		const range = RANGES[input.length % RANGES.length] as (typeof RANGES)[0];
		const choice = unless(InputError, () => parseSource(text, range));
		if (choice === undefined) return time === undefined ? "refused" : "time";
		if (choice.kind === "constant") {
			demand(choice.value >= range.minimum && choice.value <= range.maximum, "out of range");
		}
		if (choice.kind === "day") {
			demand(choice.period > 0 && choice.period < Number.POSITIVE_INFINITY, "no day");
			for (const elapsed of [0, 1, choice.period / 3, Number.MAX_VALUE]) {
				const level = day(choice.period, range)(elapsed);
				demand(level >= range.minimum && level <= range.maximum, "a day out of range");
			}
		}
		return choice.kind;
	},
};

function anyRecording(random: Random): string {
	const rows = [
		random.chance(0.9)
			? "time,light"
			: random.pick(["light,time,x", "time", '"time","light"', "\ufefftime,light"]),
	];
	const isDate = random.chance(0.3);
	for (let row = 0, count = random.small(12); row < count; row++) {
		const usual = isDate ? `2015-02-02T14:19:${10 + row}` : `${row}`;
		rows.push(
			`${random.chance(0.95) ? usual : random.pick(TIMES)},${random.chance(0.95) ? "12" : random.pick(LIGHTS)}`,
		);
	}
	return rows.join(random.pick(["\n", "\r", "\r\n"]));
}

/** A recording of light. */
export const lightCsv: Target = {
	name: "light-csv",
	covers: ["host-sim/world/csv.ts"],
	share: 2,
	generate: (random) => spoilt(bytesOf(anyRecording(random)), random, 0.6),
	run: (input) => {
		const recording = unless(InputError, () => parseRecording(looseText(input), "room.csv"));
		if (recording === undefined) return "refused";
		const { times, values } = recording;
		demand(times.length > 0 && times.length === values.length && times[0] === 0, "no recording");
		for (const [index, time] of times.entries()) {
			demand(Number.isFinite(time) && time >= (times[index - 1] ?? 0), "times in no order");
		}
		for (const level of values) checkLevel(level);
		const light = replay(recording);
		for (const elapsed of [0, times.at(-1) ?? 0, Number.MAX_VALUE])
			demand(values.includes(light(elapsed)), "no value of the recording");
		return "recording";
	},
};

/** Standard input, cut in pieces: what was light, what was no number. */
function follow(chunks: readonly Uint8Array[]): string {
	const stream = Object.assign(new EventEmitter(), { pause: () => {} }) as unknown as Readable;
	const lines: string[] = [];
	const light = lightFromStream(stream, ({ line, reason }) => lines.push(`${line} ${reason}`));
	for (const chunk of chunks) stream.emit("data", Buffer.from(chunk));
	stream.emit("end");
	light.stop();
	if (!Number.isNaN(light.source(0))) checkLevel(light.source(0));
	return `${light.source(0)}\n${lines.join("\n")}`;
}

function split(text: string): string {
	const splitter = new LineSplitter();
	const lines = [...splitter.push(text), ...splitter.end()];
	for (const line of lines)
		demand(line.kind === "overlong" || line.text.length <= MAX_LINE, "a line that is too long");
	return lines.map((line) => (line.kind === "line" ? line.text : "…")).join("\n");
}

/** Standard input; the first two bytes say how it is cut. */
export const lightStream: Target = {
	name: "light-stream",
	covers: ["host-sim/world/stdin.ts"],
	share: 2,
	generate: (random) => {
		const lines = Array.from({ length: random.small(8) }, () =>
			random.chance(0.03) ? "1".repeat(MAX_LINE - 1 + random.below(4)) : random.pick(LIGHTS),
		);
		return new Uint8Array([
			...random.bytes(2),
			...spoilt(bytesOf(lines.join(random.pick(["\n", "\r\n", "\r"]))), random, 0.6),
		]);
	},
	run: (input) => {
		const [high = 0, low = 0] = input;
		const bytes = input.subarray(Math.min(2, input.length));
		const whole = follow(pieces(bytes, WHOLE));
		for (const cut of [EACH, high * 256 + low])
			demandSame(follow(pieces(bytes, cut)), whole, "another light when cut");
		const text = looseText(bytes);
		const wanted = text.split(/\r\n|\r|\n/);
		if (wanted.at(-1) === "") wanted.pop();
		const short = wanted.map((line) => (line.length > MAX_LINE ? "…" : line)).join("\n");
		demandSame(split(text), short, "other lines");
		return whole.includes("not a number") ? "bad lines" : "light";
	},
};
