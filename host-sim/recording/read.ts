import { type Entry, type Header, parseEntry, parseHeader } from "./entry.js";
import { RecordingError } from "./failure.js";

/** Bytes of a line at most: more than any message that a device sends takes. */
const LONGEST_LINE = 16 * 1024 * 1024;

const LINE_FEED = 0x0a;

/** A recording that is being read: entry by entry, so that its length does not matter. */
export interface Recording {
	readonly header: Header;
	/** The next entry; `undefined` at the end. @throws RecordingError */
	next(): Entry | undefined;
	/** The number of the last line, when it is cut off: the recorder was killed, say. */
	readonly cutOff: number | undefined;
}

/**
 * Reads a recording.
 * @param pieces its bytes, in pieces of any size
 * @throws RecordingError when it is no recording, or one of another version
 */
export function readRecording(pieces: Iterable<Uint8Array>): Recording {
	const lines = new Lines(pieces);
	const first = lines.next();
	if (first === undefined) throw new RecordingError("not a recording of this program");
	const header = parseHeader(first);
	return {
		header,
		next: () => {
			const text = lines.next();
			return text === undefined ? undefined : parseEntry(text, lines.count);
		},
		get cutOff() {
			return lines.cutOff;
		},
	};
}

/** The whole lines of some bytes. What comes after the last line feed is no line. */
class Lines {
	/** Lines so far. */
	count = 0;
	cutOff: number | undefined;
	readonly #pieces: Iterator<Uint8Array>;
	readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
	#piece: Uint8Array = new Uint8Array(0);
	#at = 0;

	constructor(pieces: Iterable<Uint8Array>) {
		this.#pieces = pieces[Symbol.iterator]();
	}

	next(): string | undefined {
		const begun: Uint8Array[] = [];
		let length = 0;
		for (;;) {
			const end = this.#piece.indexOf(LINE_FEED, this.#at);
			const part = this.#piece.subarray(this.#at, end < 0 ? undefined : end);
			length += part.length;
			if (length > LONGEST_LINE) throw this.#overlong();
			begun.push(part);
			if (end >= 0) {
				this.#at = end + 1;
				this.count++;
				return this.#decode(begun.length === 1 ? part : Buffer.concat(begun));
			}
			const { value, done } = this.#pieces.next();
			if (done === true) {
				this.#piece = new Uint8Array(0);
				this.#at = 0;
				if (length > 0) this.cutOff = this.count + 1;
				return undefined;
			}
			this.#piece = value;
			this.#at = 0;
		}
	}

	#decode(bytes: Uint8Array): string {
		try {
			return this.#decoder.decode(bytes);
		} catch {
			throw this.count === 1
				? new RecordingError("not a recording of this program")
				: new RecordingError("not UTF-8", this.count);
		}
	}

	#overlong(): RecordingError {
		if (this.count === 0) return new RecordingError("not a recording of this program");
		return new RecordingError(`longer than ${LONGEST_LINE} bytes`, this.count + 1);
	}
}
