import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { InputError, quote } from "./errors.js";
import { parseNumber } from "./numbers.js";

/** Longer lines are dropped, without being kept in memory. In characters. */
export const MAX_LINE = 1_000;

/** A line which is no number, or not one to be taken as it is. `line` counts from 1. */
export interface BadLine {
	readonly line: number;
	readonly reason: string;
}

/** A line of a text: its content, or only that it was too long. */
export type Line = { readonly kind: "line"; readonly text: string } | { readonly kind: "overlong" };

const [LF, CR] = [0x0a, 0x0d];

/**
 * Cuts a text that comes in pieces into lines, which end as on any system. Keeps at most one line of
 * `MAX_LINE` characters.
 */
export class LineSplitter {
	#begun = "";
	#overlong = false;
	/** Whether the last character was a CR: an LF behind it belongs to the same line end. */
	#isAfterCr = false;

	/** Takes a piece and returns the lines that ended in it, without their line ends. */
	push(piece: string): Line[] {
		const lines: Line[] = [];
		let start = 0;
		for (let index = 0; index < piece.length; index++) {
			const unit = piece.charCodeAt(index);
			const isSecondHalf = unit === LF && this.#isAfterCr;
			this.#isAfterCr = unit === CR;
			if (unit !== LF && unit !== CR) continue;
			if (!isSecondHalf) {
				this.#append(piece, start, index);
				lines.push(this.#take());
			}
			start = index + 1;
		}
		this.#append(piece, start, piece.length);
		return lines;
	}

	/** Returns the last line, if the text did not end with a line end. */
	end(): Line[] {
		return this.#overlong || this.#begun !== "" ? [this.#take()] : [];
	}

	#append(piece: string, start: number, end: number): void {
		if (this.#begun.length + end - start > MAX_LINE) {
			this.#overlong = true;
			this.#begun = "";
		}
		if (!this.#overlong) this.#begun += piece.slice(start, end);
	}

	#take(): Line {
		const line: Line = this.#overlong ? { kind: "overlong" } : { kind: "line", text: this.#begun };
		this.#begun = "";
		this.#overlong = false;
		return line;
	}
}

/** What comes of a stream of numbers. */
export interface NumberStream {
	/** The newest number, for which time does not matter; NaN before the first. */
	readonly source: (elapsed: number) => number;
	/** Resolves with the first number. Rejects with InputError when the stream ends without one. */
	readonly first: Promise<void>;
	/** Lets go of the stream. */
	readonly stop: () => void;
}

/**
 * Light from a stream, one number a line. The newest number holds until the next one, and after the end.
 * Blank lines mean nothing; lines which are no numbers are reported and ignored.
 *
 * @param complaint what to report about a number, which counts nevertheless: once, until a number has none
 */
export function lightFromStream(
	stream: Readable,
	onBadLine: (line: BadLine) => void,
	complaint: (value: number) => string | undefined = () => undefined,
): NumberStream {
	const decoder = new StringDecoder("utf8");
	const splitter = new LineSplitter();
	let value = Number.NaN;
	let count = 0;
	let isComplained = false;
	let begin = () => {};
	let fail: (error: InputError) => void = () => {};
	const first = new Promise<void>((resolve, reject) => {
		begin = resolve;
		fail = reject;
	});
	// Who does not wait for it is not to be ended by it.
	first.catch(() => {});

	const take = (line: Line) => {
		count += 1;
		switch (line.kind) {
			case "overlong":
				onBadLine({
					line: count,
					reason: `a line of more than ${MAX_LINE} characters`,
				});
				return;
			case "line": {
				const text = line.text.trim();
				if (text === "") return;
				const number = parseNumber(text);
				if (number === undefined) onBadLine({ line: count, reason: `${quote(text)} is not a number` });
				else follow(number);
			}
		}
	};
	const follow = (number: number) => {
		const reason = complaint(number);
		if (reason !== undefined && !isComplained) onBadLine({ line: count, reason });
		isComplained = reason !== undefined;
		value = number;
		begin();
	};
	const onData = (piece: string | Buffer) => {
		const text = typeof piece === "string" ? piece : decoder.write(piece);
		for (const line of splitter.push(text)) take(line);
	};
	const onEnd = () => {
		for (const line of splitter.push(decoder.end())) take(line);
		for (const line of splitter.end()) take(line);
		fail(new InputError("standard input ended before the first number"));
	};
	const onError = (error: Error) => {
		onBadLine({ line: count + 1, reason: `cannot be read: ${error.message}` });
		fail(new InputError("standard input cannot be read"));
	};
	stream.on("data", onData).on("end", onEnd).on("error", onError);

	return {
		source: () => value,
		first,
		stop: () => {
			// The listener for errors stays: one that comes late must not end the process.
			stream.off("data", onData).off("end", onEnd);
			stream.pause();
			// A terminal or pipe that is still open would keep the process alive.
			if ("unref" in stream && typeof stream.unref === "function") stream.unref();
		},
	};
}
