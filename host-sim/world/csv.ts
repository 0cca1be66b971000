import { closeSync, openSync, readSync, statSync } from "node:fs";
import { CsvError, parse } from "csv-parse/sync";
import { InputError, quote } from "./errors.js";
import { parseNumber } from "./numbers.js";
import { mayBeSerialDate, parseTime, type TimeForm, tellsSeconds } from "./time.js";

/** A recording: `values[i]` holds from `times[i]` (milliseconds, the first is 0) until the next. */
export interface Recording {
	readonly times: Float64Array;
	readonly values: Float64Array;
}

/** Bytes that are read at a time. */
const PIECE = 65_536;

/** The longest row, in characters: a longer one is a quote that is not closed, or no CSV. */
const MAX_ROW = 1_000_000;

/**
 * Loads a recording from a CSV file and replays it, see `RecordingReader`.
 *
 * @param valueColumn the column with the values, where it is not `light`
 * @throws InputError if it cannot be read or is not such a recording
 */
export function loadCsv(path: string, valueColumn?: string): (elapsed: number) => number {
	const reader = new RecordingReader(path, valueColumn);
	const decoder = new TextDecoder("utf-8", { fatal: true });
	const decode = (bytes?: Uint8Array): string => {
		try {
			return decoder.decode(bytes, { stream: bytes !== undefined });
		} catch {
			throw new InputError(`${path} is not UTF-8 text; save it as CSV in UTF-8`);
		}
	};
	for (const bytes of piecesOf(path)) reader.push(decode(bytes));
	reader.push(decode());
	return replay(reader.end());
}

/** Reads a recording of one text, see `RecordingReader`. @throws InputError with the line */
export function parseRecording(text: string, name: string, valueColumn?: string): Recording {
	const reader = new RecordingReader(name, valueColumn);
	reader.push(text.replace(/^\ufeff/, ""));
	return reader.end();
}

/**
 * Reads a recording of light that comes in pieces: a header that names the columns `time` and `light`, in
 * any order and among others, then a row for each reading. `time` is ISO 8601 (without a zone: UTC) or a
 * number, see `parseTime`; one of them in the whole file. Rows are in the order of time; of rows with the
 * same time the last counts. A time that goes back is refused rather than sorted: the file may be two
 * recordings, or local time at the end of summer time, and only its owner knows which.
 *
 * Numbers of which the first is from 20,000 to 80,000 may be a spreadsheet's serial dates: they are refused,
 * unless the next time is more than 31 later. A recording in seconds that begins at 0 is never in doubt.
 *
 * Needs 16 bytes a row, and up to twice as much while it reads. Lines may end as on any system.
 */
export class RecordingReader {
	readonly #name: string;
	readonly #valueColumn: string;
	readonly #times = new Series();
	readonly #values = new Series();
	/** What no whole row is yet, and the number of lines above it. */
	#rest = "";
	#lines = 0;
	/** How far the rest has been looked at: whether it ends within quotes. */
	#isQuoted = false;
	/** Indexes of the two columns, once the header came. */
	#columns: readonly [time: number, value: number] | undefined;
	#form: TimeForm | undefined;
	#first = 0;
	/** What is wrong if the first time is a spreadsheet's date, as long as that is in doubt. */
	#doubt: InputError | undefined;

	/**
	 * @param name the file's, for messages
	 * @param valueColumn the column with the values
	 */
	constructor(name: string, valueColumn = "light") {
		this.#name = name;
		this.#valueColumn = valueColumn;
	}

	/** Takes a piece. @throws InputError with the line */
	push(piece: string): void {
		const begun = this.#rest.length;
		const text = this.#rest + piece;
		let end = 0;
		for (let index = begun; index < text.length; index++) {
			const unit = text.charCodeAt(index);
			if (unit === QUOTE) this.#isQuoted = !this.#isQuoted;
			// A CR at the end may be the first half of a line end.
			else if (unit === LF || (unit === CR && index + 1 < text.length)) {
				if (!this.#isQuoted && text.charCodeAt(index + 1) !== LF) end = index + 1;
			}
		}
		if (end > 0) this.#parse(text.slice(0, end));
		this.#rest = text.slice(end);
		if (this.#rest.length > MAX_ROW) {
			throw this.#problem(1, `a row of more than ${MAX_ROW} characters; is a quote not closed?`);
		}
	}

	/** The recording, when nothing more comes. @throws InputError with the line, or if there are no rows */
	end(): Recording {
		this.#parse(this.#rest);
		if (this.#columns === undefined) this.#readHeader([]);
		if (this.#times.length === 0) throw new InputError(`${this.#name}: no rows below the header`);
		if (this.#doubt !== undefined) throw this.#doubt;
		return { times: this.#times.take(), values: this.#values.take() };
	}

	/** Reads whole rows. */
	#parse(rows: string): void {
		// The parser would count a CRLF within quotes as two lines.
		const text = rows.replace(/\r\n?/g, "\n");
		try {
			parse(text, {
				trim: true,
				skip_empty_lines: true,
				relax_column_count: true,
				record_delimiter: "\n",
				// It keeps what is returned.
				on_record: (record: string[], { lines }) => {
					this.#read(record, lines);
					return null;
				},
			});
		} catch (error) {
			if (!(error instanceof CsvError)) throw error;
			// The first sentence; others repeat the file's content.
			const [problem] = error.message.split(/: |\n/);
			throw this.#problem(Number(error.lines), problem as string);
		}
		this.#lines += text.split("\n").length - 1;
	}

	#read(record: readonly string[], line: number): void {
		if (this.#columns === undefined) return this.#readHeader(record);
		const [timeColumn, valueColumn] = this.#columns;
		const timeText = record[timeColumn] ?? "";
		const elapsed = this.#elapsed(timeText, line);
		const valueText = record[valueColumn] ?? "";
		const value = parseNumber(valueText);
		if (value === undefined) {
			const problem = "is not a number; leave the row out where there was no reading";
			throw this.#problem(line, `${this.#valueColumn} ${quote(valueText)} ${problem}`);
		}
		this.#times.push(elapsed);
		this.#values.push(value);
	}

	#readHeader(columns: readonly string[]): void {
		const found = `found: ${columns.map(quote).join(", ") || "nothing"}`;
		const indexOf = (column: string): number => {
			const index = columns.indexOf(column);
			if (index !== -1) return index;
			throw new InputError(
				`${this.#name}: no column ${column}; the first line must name the columns time and ${this.#valueColumn} (${found})`,
			);
		};
		this.#columns = [indexOf("time"), indexOf(this.#valueColumn)];
	}

	/** Milliseconds from the first row to a time, which is not before the last one. */
	#elapsed(text: string, line: number): number {
		const complain = (problem: string) => this.#problem(line, `time ${quote(text)} ${problem}`);
		const time = parseTime(text);
		if (time === undefined) {
			throw complain("is neither ISO 8601, for example 2015-02-02T14:19:00, nor a number of seconds");
		}
		const last = this.#times.last;
		if (last === undefined) this.#first = time.at;
		this.#form ??= time.form;
		if (time.form !== this.#form) {
			throw complain(`is not written like the ones before; ${time.form} and ${this.#form} do not mix`);
		}
		const elapsed = time.at - this.#first;
		if (last === undefined) {
			if (mayBeSerialDate(time)) this.#doubt = complain(SERIAL_DATE);
			return elapsed;
		}
		if (elapsed < last) throw complain("is before the one above; rows must be in the order of time");
		if (this.#doubt !== undefined && elapsed > 0) {
			if (!tellsSeconds(elapsed)) throw complain(SERIAL_DATE);
			this.#doubt = undefined;
		}
		return elapsed;
	}

	#problem(line: number, problem: string): InputError {
		return new InputError(`${this.#name}, line ${this.#lines + line}: ${problem}`);
	}
}

const SERIAL_DATE =
	"may be a spreadsheet's date, a number of days; save the column as text such as 2015-02-02T14:19:00. If these are seconds, begin at 0";

const [QUOTE, LF, CR] = [0x22, 0x0a, 0x0d];

/** Numbers, as many as come. */
class Series {
	#numbers = new Float64Array(1024);
	#length = 0;

	get length(): number {
		return this.#length;
	}

	get last(): number | undefined {
		return this.#length === 0 ? undefined : this.#numbers[this.#length - 1];
	}

	push(value: number): void {
		if (this.#length === this.#numbers.length) {
			const more = new Float64Array(this.#length * 2);
			more.set(this.#numbers);
			this.#numbers = more;
		}
		this.#numbers[this.#length++] = value;
	}

	/** All of them, in memory for these only; there are none here any more. */
	take(): Float64Array {
		const numbers = this.#numbers.slice(0, this.#length);
		this.#numbers = new Float64Array(0);
		this.#length = 0;
		return numbers;
	}
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

/** The bytes of a file, some at a time. @throws InputError when it cannot be read */
function* piecesOf(path: string): Generator<Uint8Array> {
	let descriptor: number | undefined;
	try {
		// A device or a pipe could be read for ever.
		if (!statSync(path).isFile()) throw new InputError(`${path} is not a file; give a CSV file`);
		descriptor = openSync(path, "r");
		const piece = new Uint8Array(PIECE);
		for (;;) {
			const count = readSync(descriptor, piece);
			if (count === 0) return;
			yield piece.subarray(0, count);
		}
	} catch (error) {
		if (error instanceof InputError) throw error;
		throw new InputError(`cannot read ${path}: ${explain(error)}`);
	} finally {
		if (descriptor !== undefined) closeSync(descriptor);
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
