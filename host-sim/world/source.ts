import type { Readable } from "node:stream";
import { loadCsv } from "./csv.js";
import { InputError, quote } from "./errors.js";
import { parseNumber } from "./numbers.js";
import { type BadLine, lightFromStream } from "./stdin.js";

/** The level at a time. `elapsed`: milliseconds since the start, not negative. */
export type Signal = (elapsed: number) => number;

/** The range of the sensor: a 10-bit converter. */
export const MAX_LEVEL = 1023;

/** Length of a day, when nothing else is said, in milliseconds. */
const DEFAULT_DAY = 60_000;

/** Where a signal comes from, as chosen on the command line. */
export type SourceChoice =
	/** Always the same, 0-1023. */
	| { readonly kind: "constant"; readonly value: number }
	/** A day, `period` milliseconds long. */
	| { readonly kind: "day"; readonly period: number }
	/** A recording. */
	| { readonly kind: "csv"; readonly path: string }
	/** Numbers on standard input. */
	| { readonly kind: "input" };

/** How a source is turned into readings. */
export interface SourceOptions {
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
	/** The level, a whole number from 0 to 1023. */
	readonly read: Signal;
	/** Lets go of standard input, if it was read. */
	stop(): void;
}

const FORMS = "a number from 0 to 1023, day, day:SECONDS, csv:FILE, or - for standard input";

/**
 * Reads the text of `--light`; opens nothing.
 *
 * @throws InputError if it is none of the forms
 */
export function parseSource(text: string): SourceChoice {
	if (text === "-") return { kind: "input" };
	if (text === "day") return { kind: "day", period: DEFAULT_DAY };
	if (text.startsWith("day:")) {
		const period = (parseNumber(text.slice("day:".length)) ?? 0) * 1000;
		if (!(period > 0 && Number.isFinite(period)))
			throw new InputError(
				`light ${quote(text)}: the length of a day must be a number of seconds above 0, for example day:60`,
			);
		return { kind: "day", period };
	}
	if (text.startsWith("csv:")) {
		const path = text.slice("csv:".length);
		if (path === "") throw new InputError("light csv: needs a file, for example csv:room.csv");
		return { kind: "csv", path };
	}
	const value = parseNumber(text);
	if (value === undefined) throw new InputError(`light ${quote(text)} is not known; give ${FORMS}`);
	if (value < 0 || value > MAX_LEVEL)
		throw new InputError(`light ${quote(text)} is out of range; give ${FORMS}`);
	return { kind: "constant", value };
}

/**
 * Opens the source of a choice: loads the file, or listens to standard input.
 *
 * @throws InputError if the file, the speed or the scale is not usable
 */
export function openSource(choice: SourceChoice, options: SourceOptions): Source {
	const { speed = 1, scale = 1 } = options;
	if (!(speed > 0 && Number.isFinite(speed)))
		throw new InputError("speed must be a number above 0, for example 60");
	if (!(scale >= 0 && Number.isFinite(scale)))
		throw new InputError("light-scale must be a number from 0, for example 0.5");
	const open = (signal: Signal, stop = () => {}): Source => ({
		// An infinite time would have no place in a day.
		read: (elapsed) => toReading(signal(Math.min(elapsed * speed, Number.MAX_VALUE)) * scale),
		stop,
	});
	switch (choice.kind) {
		case "constant":
			return open(() => choice.value);
		case "day":
			return open(day(choice.period));
		case "csv":
			return open(loadCsv(choice.path));
		case "input": {
			const stream = lightFromStream(options.input, options.onBadLine);
			return open(stream.source, stream.stop);
		}
	}
}

/**
 * A day that begins at noon: 1023 then, below 300 for the half of it that is
 * night, and 0 in the middle of the night.
 *
 * @param period the day's length in milliseconds
 */
export const day =
	(period: number): Signal =>
	(elapsed) =>
		clamp(300 + 723 * Math.cos((2 * Math.PI * (elapsed % period)) / period));

/** What a 10-bit converter makes of a level: whole, and from 0 to 1023. */
export const toReading = (level: number): number => clamp(Math.round(level));

const clamp = (level: number) => Math.min(MAX_LEVEL, Math.max(0, level));
