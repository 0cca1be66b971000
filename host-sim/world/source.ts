import type { Readable } from "node:stream";
import { loadCsv } from "./csv.js";
import { InputError, quote } from "./errors.js";
import { parseNumber } from "./numbers.js";
import { type BadLine, lightFromStream } from "./stdin.js";

/** The level at a time. `elapsed`: milliseconds since the start, not negative. */
export type Signal = (elapsed: number) => number;

/** What a sensor can measure, in its unit: from the minimum to the maximum, which is above it. */
export interface Range {
	readonly minimum: number;
	readonly maximum: number;
}

/** Length of a day, when nothing else is said, in milliseconds. */
const DEFAULT_DAY = 60_000;

/** Where a signal comes from, as chosen on the command line. */
export type SourceChoice =
	/** Always the same, in the sensor's unit. */
	| { readonly kind: "constant"; readonly value: number }
	/** A day, `period` milliseconds long. */
	| { readonly kind: "day"; readonly period: number }
	/** A recording. */
	| { readonly kind: "csv"; readonly path: string }
	/** Numbers on standard input. */
	| { readonly kind: "input" };

/** What a sensor without a source of its own measures. */
export const DEFAULT_SOURCE: SourceChoice = Object.freeze({ kind: "day", period: DEFAULT_DAY });

/** How a source is turned into readings. */
export interface SourceOptions {
	readonly range: Range;
	/** The column of a recording that has the values. */
	readonly column: string;
	/** Multiplies the time of the source; above 0, 1 if left out. Standard input has no time. */
	readonly speed?: number | undefined;
	/** Multiplies the value; at least 0, 1 if left out. */
	readonly scale?: number | undefined;
	/** Read if standard input was chosen. */
	readonly input: Readable;
	/** Hears of lines on standard input which are no numbers. */
	readonly onBadLine: (line: BadLine) => void;
}

/** What a sensor measures. */
export interface Source {
	/** The level: a whole number in the sensor's range. */
	readonly read: Signal;
	/** There when it has no level yet: resolves with the first one, rejects with InputError if none will come. */
	readonly first?: Promise<void>;
	/** There for days: the same days, of which a share (0 up to 1) of the first is over at the start. */
	readonly later?: (share: number) => Source;
	/** Lets go of standard input, if it was read. */
	stop(): void;
}

/**
 * Reads the text of `--light`, or what is behind `--sensor NAME=`; opens nothing.
 *
 * @throws InputError if it is none of the forms, or a number out of the sensor's range
 */
export function parseSource(text: string, { minimum, maximum }: Range): SourceChoice {
	const forms = `give a number from ${minimum} to ${maximum}, day, day:SECONDS, csv:FILE, or - for standard input`;
	if (text === "-") return { kind: "input" };
	if (text === "day") return DEFAULT_SOURCE;
	if (text.startsWith("day:")) {
		const period = (parseNumber(text.slice("day:".length)) ?? 0) * 1000;
		if (!(period > 0 && Number.isFinite(period)))
			throw new InputError(
				`${quote(text)}: the length of a day must be a number of seconds above 0, for example day:60`,
			);
		return { kind: "day", period };
	}
	if (text.startsWith("csv:")) {
		const path = text.slice("csv:".length);
		if (path === "") throw new InputError("csv: needs a file, for example csv:room.csv");
		return { kind: "csv", path };
	}
	const value = parseNumber(text);
	if (value === undefined) throw new InputError(`${quote(text)} is not known; ${forms}`);
	if (value < minimum || value > maximum) throw new InputError(`${quote(text)} is out of range; ${forms}`);
	return { kind: "constant", value };
}

/**
 * Opens the source of a choice: loads the file, or listens to standard input.
 *
 * @throws InputError if the file, the speed or the scale is not usable
 */
export function openSource(choice: SourceChoice, options: SourceOptions): Source {
	const { range, column, speed = 1, scale = 1 } = options;
	if (!(speed > 0 && Number.isFinite(speed)))
		throw new InputError("speed must be a number above 0, for example 60");
	if (!(scale >= 0 && Number.isFinite(scale)))
		throw new InputError("light-scale must be a number from 0, for example 0.5");
	const open = (signal: Signal, stop = () => {}): Source => ({
		// An infinite time would have no place in a day.
		read: (elapsed) => toReading(signal(Math.min(elapsed * speed, Number.MAX_VALUE)) * scale, range),
		stop,
	});
	switch (choice.kind) {
		case "input": {
			const stream = lightFromStream(options.input, options.onBadLine, (value) =>
				clampedReason(value * scale, range),
			);
			return { ...open(stream.source, stream.stop), first: stream.first };
		}
		case "day":
			return { ...open(day(choice.period, range)), later: (share) => open(day(choice.period, range, share)) };
		default:
			return open(signalOf(choice, range, column));
	}
}

/**
 * The signal of a choice that time alone decides over.
 * @throws InputError if the file is not usable
 */
export function signalOf(
	choice: Exclude<SourceChoice, { readonly kind: "input" }>,
	range: Range,
	column: string,
): Signal {
	switch (choice.kind) {
		case "constant":
			return () => choice.value;
		case "day":
			return day(choice.period, range);
		case "csv":
			return loadCsv(choice.path, column);
	}
}

/** The share of a day's curve that is the middle between day and night: 300 of 1023. */
const DUSK = 300 / 1023;

/**
 * A day that begins at noon: the maximum then, below 300/1023 of the range for the half of it that is
 * night, and the minimum in the middle of the night.
 *
 * @param period the day's length in milliseconds
 * @param over the share of a day that is over at its beginning
 */
export const day =
	(period: number, { minimum, maximum }: Range, over = 0): Signal =>
	(elapsed) => {
		const height =
			DUSK + (1 - DUSK) * Math.cos((2 * Math.PI * ((elapsed + over * period) % period)) / period);
		return minimum + Math.max(0, height) * (maximum - minimum);
	};

/** What a converter makes of a level: a whole number in the range. */
export const toReading = (level: number, { minimum, maximum }: Range): number =>
	Math.min(maximum, Math.max(minimum, Math.round(level)));

/** Why a level is not taken as it is; `undefined` when it is. */
function clampedReason(level: number, { minimum, maximum }: Range): string | undefined {
	const rounded = Math.round(level);
	if (rounded > maximum)
		return `${level} is above ${maximum}, taken as ${maximum} until a number is in range`;
	if (rounded < minimum)
		return `${level} is below ${minimum}, taken as ${minimum} until a number is in range`;
	return undefined;
}
