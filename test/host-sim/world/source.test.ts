import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../../host-sim/world/errors.js";
import {
	day,
	openSource,
	parseSource,
	type SourceOptions,
	toReading,
} from "../../../host-sim/world/source.js";
import { anyText } from "./support.js";

const LIGHT = { minimum: 0, maximum: 1023 };

const open = (text: string, options: Partial<SourceOptions> = {}) =>
	openSource(parseSource(text, options.range ?? LIGHT), {
		...{ range: LIGHT, column: "light" },
		input: new PassThrough(),
		onBadLine: () => {},
		...options,
	});

describe("understands", () => {
	it.each([
		{ text: "0", choice: { kind: "constant", value: 0 } },
		{ text: "1023", choice: { kind: "constant", value: 1023 } },
		{ text: "0.5", choice: { kind: "constant", value: 0.5 } },
		{ text: "day", choice: { kind: "day", period: 60_000 } },
		{ text: "day:10", choice: { kind: "day", period: 10_000 } },
		{ text: "day:0.5", choice: { kind: "day", period: 500 } },
		{ text: "csv:room.csv", choice: { kind: "csv", path: "room.csv" } },
		{ text: "csv:C:\\a b.csv", choice: { kind: "csv", path: "C:\\a b.csv" } },
		{ text: "-", choice: { kind: "input" } },
	])("$text", ({ text, choice }) => {
		expect(parseSource(text, LIGHT)).toEqual(choice);
	});
});

describe("refuses", () => {
	it.each([
		{
			text: "",
			message:
				'"" is not known; give a number from 0 to 1023, day, day:SECONDS, csv:FILE, or - for standard input',
		},
		{
			text: "dark",
			message:
				'"dark" is not known; give a number from 0 to 1023, day, day:SECONDS, csv:FILE, or - for standard input',
		},
		{ text: "0x10", message: /is not known/ },
		{ text: "NaN", message: /is not known/ },
		{ text: " 5", message: /is not known/ },
		{ text: "-1", message: /^"-1" is out of range; give a number from 0 to 1023, / },
		{ text: "1023.1", message: /is out of range/ },
		{
			text: "day:",
			message: '"day:": the length of a day must be a number of seconds above 0, for example day:60',
		},
		{ text: "day:0", message: /seconds above 0/ },
		{ text: "day:-5", message: /seconds above 0/ },
		{ text: "day:1m", message: /seconds above 0/ },
		{ text: "csv:", message: "csv: needs a file, for example csv:room.csv" },
		{ text: "room.csv", message: /is not known/ },
	])("$text", ({ text, message }) => {
		expect(() => parseSource(text, LIGHT)).toThrow(InputError);
		expect(() => parseSource(text, LIGHT)).toThrow(message);
	});

	it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("speed %d", (speed) => {
		expect(() => open("day", { speed })).toThrow(InputError);
	});

	it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("light-scale %d", (scale) => {
		expect(() => open("day", { scale })).toThrow(InputError);
	});

	it("anything with one line, and nothing else but InputError", () => {
		const text = fc.oneof(
			anyText,
			fc.string().map((rest) => `day:${rest}`),
			fc.double().map(String),
		);
		fc.assert(
			fc.property(text, (text) => {
				try {
					const choice = parseSource(text, LIGHT);
					if (choice.kind === "constant") {
						expect(choice.value).toBeGreaterThanOrEqual(0);
						expect(choice.value).toBeLessThanOrEqual(1023);
					}
				} catch (error) {
					expect(error).toBeInstanceOf(InputError);
					expect((error as Error).message).toMatch(/^.+$/);
				}
			}),
		);
	});
});

describe("a day", () => {
	it.each([
		{ hour: 12, level: 1023 },
		{ hour: 18, level: 300 },
		{ hour: 20, level: 0 },
		{ hour: 24, level: 0 },
		{ hour: 30, level: 300 },
		{ hour: 36, level: 1023 },
		{ hour: 12 + 24 * 1000, level: 1023 },
	])("has level $level at hour $hour", ({ hour, level }) => {
		expect(toReading(day(24, LIGHT)(hour - 12), LIGHT)).toBe(level);
	});

	it("is below 300 for about half of its length", () => {
		const { read } = open("day");
		const levels = Array.from({ length: 600 }, (_, i) => read(i * 100));
		const below = levels.filter((level) => level < 300).length;
		expect(below).toBeGreaterThan(290);
		expect(below).toBeLessThanOrEqual(300);
	});

	it.each([
		{ minimum: 0, maximum: 100, noon: 100, dusk: 29, night: 0 },
		{ minimum: -40, maximum: 85, noon: 85, dusk: -3, night: -40 },
		{ minimum: -20, maximum: -10, noon: -10, dusk: -17, night: -20 },
		{ minimum: 0, maximum: 100_000, noon: 100_000, dusk: 29_326, night: 0 },
	])("takes the whole of $minimum to $maximum", ({ noon, dusk, night, ...range }) => {
		const { read } = open("day:24", { range });
		expect([0, 6000, 12_000, 18_000, 24_000].map(read)).toEqual([noon, dusk, night, dusk, noon]);
	});

	it("of which a part is over goes on from there, at any speed", () => {
		const whole = open("day:10");
		const later = open("day:10", { speed: 2 }).later?.(0.25);
		for (let elapsed = 0; elapsed < 20_000; elapsed += 777)
			expect(later?.read(elapsed)).toBe(whole.read(2500 + 2 * elapsed));
		expect(open("500").later).toBeUndefined();
	});

	it("passes faster with speed", () => {
		const slow = open("day:10");
		const fast = open("day:100", { speed: 10 });
		for (let elapsed = 0; elapsed < 20_000; elapsed += 777)
			expect(fast.read(elapsed)).toBe(slow.read(elapsed));
	});
});

describe("a reading", () => {
	it.each([
		{ text: "400", scale: undefined, reading: 400 },
		{ text: "400", scale: 2, reading: 800 },
		{ text: "400", scale: 0, reading: 0 },
		{ text: "400", scale: 3, reading: 1023 },
		{ text: "401", scale: 0.5, reading: 201 },
		{ text: "0.4", scale: undefined, reading: 0 },
		{ text: "0.5", scale: undefined, reading: 1 },
		{ text: "1", scale: 1e308, reading: 1023 },
	])("of $text, scaled by $scale, is $reading", ({ text, scale, reading }) => {
		expect(open(text, { scale }).read(0)).toBe(reading);
	});

	it.each([
		{ text: "60", minimum: 0, maximum: 100, reading: 60 },
		{ text: "60.5", minimum: 0, maximum: 100, reading: 61 },
		{ text: "-12.5", minimum: -40, maximum: 85, reading: -12 },
		{ text: "-40", minimum: -40, maximum: 85, reading: -40 },
		{ text: "54321", minimum: 0, maximum: 100_000, reading: 54_321 },
	])("of $text between $minimum and $maximum is $reading", ({ text, reading, ...range }) => {
		expect(open(text, { range }).read(0)).toBe(reading);
	});

	it("out of a sensor's own range is refused, with the range", () => {
		const range = { minimum: -40, maximum: 85 };
		expect(() => parseSource("86", range)).toThrow(
			'"86" is out of range; give a number from -40 to 85, day, ',
		);
		expect(() => parseSource("-40.1", range)).toThrow("is out of range");
	});

	it("of a recording comes from the sensor's column, clamped to its range", () => {
		const path = join(mkdtempSync(join(tmpdir(), "nightlight-source-")), "room.csv");
		writeFileSync(path, "time,light,humidity\n0,400,60.4\n1,500,120\n2,600,-3\n");
		const range = { minimum: 0, maximum: 100 };
		const { read } = open(`csv:${path}`, { range, column: "humidity" });
		expect([0, 1000, 2000].map(read)).toEqual([60, 100, 0]);
		expect(() => open(`csv:${path}`, { range, column: "soil" })).toThrow(
			/no column soil; .* columns time and soil \(found: "time", "light", "humidity"\)$/,
		);
	});

	it("is a whole number from 0 to 1023, whatever speed, scale and time", () => {
		const positive = fc.double({ min: 1e-300, noNaN: true, noDefaultInfinity: true });
		const text = fc.constantFrom("0", "1023", "12.7", "day", "day:0.01");
		fc.assert(
			fc.property(text, positive, positive, positive, (text, speed, scale, elapsed) => {
				const reading = open(text, { speed, scale }).read(elapsed);
				expect(Number.isInteger(reading)).toBe(true);
				expect(reading).toBeGreaterThanOrEqual(0);
				expect(reading).toBeLessThanOrEqual(1023);
			}),
		);
	});

	it("of standard input is scaled, and not sped up", async () => {
		const input = new PassThrough();
		const light = open("-", { input, scale: 2, speed: 100 });
		expect(light.read(0)).toBeNaN();
		input.write("200.2\n");
		await expect.poll(() => light.read(0)).toBe(400);
		light.stop();
	});
});
