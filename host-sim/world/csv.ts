import { readFileSync, statSync } from "node:fs";
import { CsvError, parse } from "csv-parse/sync";
import { InputError, quote } from "./errors.js";
import { parseNumber } from "./numbers.js";
import { parseTime, type TimeForm } from "./time.js";

/** A recording: `values[i]` holds from `times[i]` (milliseconds, the first is 0) until the next. */
export interface Recording {
	readonly times: Float64Array;
	readonly values: Float64Array;
}

/**
 * Loads a recording from a CSV file and replays it, see `parseRecording`.
 *
 * @throws InputError if it cannot be read or is not such a recording
 */
export function loadCsv(path: string, column?: string): (elapsed: number) => number {
	return replay(parseRecording(readText(path), path, column));
}

/**
 * Reads a recording of light: a header that names the columns `time` and
 * `light`, in any order and among others, then a row for each reading. `time`
 * is ISO 8601 (without a zone: UTC) or a number of seconds, one of them in the
 * whole file. Rows are in the order of time; of rows with the same time the
 * last counts. A time that goes back is refused rather than sorted: the file
 * may be two recordings, or local time at the end of summer time, and only its
 * owner knows which.
 *
 * @param name the file's, for messages
 * @param valueColumn the column with the values, where it is not `light`
 * @throws InputError with the line
 */
export function parseRecording(text: string, name: string, valueColumn = "light"): Recording {
	const [header, ...rows] = parseRows(text, name);
	const columns = header?.record ?? [];
	const found = `found: ${columns.map(quote).join(", ") || "nothing"}`;
	const [timeColumn, lightColumn] = ["time", valueColumn].map((column) => {
		const index = columns.indexOf(column);
		if (index === -1)
			throw new InputError(
				`${name}: no column ${column}; the first line must name the columns time and ${valueColumn} (${found})`,
			);
		return index;
	}) as [number, number];
	if (rows.length === 0) throw new InputError(`${name}: no rows below the header`);

	const times = new Float64Array(rows.length);
	const values = new Float64Array(rows.length);
	let form: TimeForm | undefined;
	let first = 0;
	rows.forEach(({ record, line }, index) => {
		const complain = (problem: string) => new InputError(`${name}, line ${line}: ${problem}`);
		const timeText = record[timeColumn] ?? "";
		const time = parseTime(timeText);
		if (time === undefined)
			throw complain(
				`time ${quote(timeText)} is neither ISO 8601, for example 2015-02-02T14:19:00, nor a number of seconds`,
			);
		form ??= time.form;
		if (time.form !== form)
			throw complain(
				`time ${quote(timeText)} is not written like the ones before; dates and seconds do not mix`,
			);
		if (index === 0) first = time.at;
		const elapsed = time.at - first;
		if (index > 0 && elapsed < (times[index - 1] ?? 0))
			throw complain(`time ${quote(timeText)} is before the one above; rows must be in the order of time`);
		const lightText = record[lightColumn] ?? "";
		const light = parseNumber(lightText);
		if (light === undefined)
			throw complain(
				`${valueColumn} ${quote(lightText)} is not a number; leave the row out where there was no reading`,
			);
		times[index] = elapsed;
		values[index] = light;
	});
	return { times, values };
}

/** Replays a recording: the value of the last row that is not later; before the first row, the first. */
export const replay =
	({ times, values }: Recording) =>
	(elapsed: number): number => {
		// The first row later than `elapsed` lies in [low, high].
		let low = 0;
		let high = times.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if ((times[middle] ?? Number.POSITIVE_INFINITY) <= elapsed) low = middle + 1;
			else high = middle;
		}
		return values[Math.max(0, low - 1)] ?? 0;
	};

interface Row {
	readonly record: string[];
	readonly line: number;
}

function parseRows(text: string, name: string): Row[] {
	try {
		const rows = parse(text, {
			bom: true,
			info: true,
			trim: true,
			skip_empty_lines: true,
			relax_column_count: true,
		}) as unknown as { record: string[]; info: { lines: number } }[];
		return rows.map(({ record, info }) => ({ record, line: info.lines }));
	} catch (error) {
		if (!(error instanceof CsvError)) throw error;
		// The first sentence; others repeat the file's content.
		const [problem] = error.message.split(/: |\n/);
		throw new InputError(`${name}, line ${error.lines}: ${problem}`);
	}
}

function readText(path: string): string {
	let bytes: Uint8Array;
	try {
		// A device or a pipe could be read for ever.
		if (!statSync(path).isFile()) throw new InputError(`${path} is not a file; give a CSV file`);
		bytes = readFileSync(path);
	} catch (error) {
		if (error instanceof InputError) throw error;
		throw new InputError(`cannot read ${path}: ${explain(error)}`);
	}
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch {
		throw new InputError(`${path} is not UTF-8 text; save it as CSV in UTF-8`);
	}
}

function explain(error: unknown): string {
	const { code, message } = error as NodeJS.ErrnoException;
	switch (code) {
		case "ENOENT":
		case "ENOTDIR":
			return "there is no such file";
		case "EACCES":
		case "EPERM":
			return "permission denied";
		default:
			return message;
	}
}
