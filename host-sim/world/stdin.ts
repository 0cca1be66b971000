import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { quote } from "./errors.js";
import { parseNumber } from "./numbers.js";

/** Longer lines are dropped, without being kept in memory. In characters. */
export const MAX_LINE = 1_000;

/** A line which is no number. `line` counts from 1. */
export interface BadLine {
	readonly line: number;
	readonly reason: string;
}

/** A line of a text: its content, or only that it was too long. */
export type Line = { readonly kind: "line"; readonly text: string } | { readonly kind: "overlong" };

/** Cuts a text that comes in pieces into lines. Keeps at most one line of `MAX_LINE` characters. */
export class LineSplitter {
	#begun = "";
	#overlong = false;

	/** Takes a piece and returns the lines that ended in it, without their line ends. */
	push(piece: string): Line[] {
		const lines: Line[] = [];
		let start = 0;
		for (;;) {
			const end = piece.indexOf("\n", start);
			if (end === -1) break;
			this.#append(piece, start, end);
			lines.push(this.#take());
			start = end + 1;
		}
		this.#append(piece, start, piece.length);
		return lines;
	}

	/** Returns the last line, if the text did not end with a line end. */
	end(): Line[] {
		return this.#overlong || this.#begun !== "" ? [this.#take()] : [];
	}

	#append(piece: string, start: number, end: number): void {
		// One more for the CR of a line end.
		if (this.#begun.length + end - start > MAX_LINE + 1) {
			this.#overlong = true;
			this.#begun = "";
		}
		if (!this.#overlong) this.#begun += piece.slice(start, end);
	}

	#take(): Line {
		const text = this.#begun.replace(/\r$/, "");
		const overlong = this.#overlong || text.length > MAX_LINE;
		this.#begun = "";
		this.#overlong = false;
		return overlong ? { kind: "overlong" } : { kind: "line", text };
	}
}

/**
 * Light from a stream, one number a line. The newest number holds until the
 * next one, and after the end; before the first it is 0. Blank lines mean
 * nothing; lines which are no numbers are reported and ignored.
 *
 * @returns the source, for which time does not matter, and `stop`, which lets go of the stream
 */
export function lightFromStream(
	stream: Readable,
	onBadLine: (line: BadLine) => void,
): { source: (elapsed: number) => number; stop: () => void } {
	const decoder = new StringDecoder("utf8");
	const splitter = new LineSplitter();
	let value = 0;
	let count = 0;

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
				else value = number;
			}
		}
	};
	const onData = (piece: string | Buffer) => {
		const text = typeof piece === "string" ? piece : decoder.write(piece);
		for (const line of splitter.push(text)) take(line);
	};
	const onEnd = () => {
		for (const line of splitter.push(decoder.end())) take(line);
		for (const line of splitter.end()) take(line);
	};
	const onError = (error: Error) =>
		onBadLine({ line: count + 1, reason: `cannot be read: ${error.message}` });
	stream.on("data", onData).on("end", onEnd).on("error", onError);

	return {
		source: () => value,
		stop: () => {
			// The listener for errors stays: one that comes late must not end the process.
			stream.off("data", onData).off("end", onEnd);
			stream.pause();
			// A terminal or pipe that is still open would keep the process alive.
			if ("unref" in stream && typeof stream.unref === "function") stream.unref();
		},
	};
}
