import { type Violation, violation } from "./packet.js";
import { copyOf, readText } from "./text.js";

/**
 * Reads the fields of one packet, one after the other. After the first thing that is wrong, which
 * `fault` has, every field is empty: a reader checks once, at the end.
 */
export class Fields {
	fault: Violation | undefined;
	readonly #bytes: Uint8Array;
	readonly #end: number;
	#at: number;

	/** The packet's bytes behind the fixed header lie from `at` to before `end`. */
	constructor(bytes: Uint8Array, at: number, end: number) {
		this.#bytes = bytes;
		this.#at = at;
		this.#end = end;
	}

	/** Whether there is more to read and nothing was wrong. */
	get hasMore(): boolean {
		return this.fault === undefined && this.#at < this.#end;
	}

	/** Notes what is wrong, if it is the first that is. */
	fail(clause: string, detail: string): void {
		this.fault ??= violation(clause, detail);
	}

	byte(): number {
		return this.#has(1) ? (this.#bytes[this.#at++] as number) : 0;
	}

	/** Two bytes, the more significant first (1.5.2). */
	word(): number {
		return this.#has(2) ? (this.byte() << 8) | this.byte() : 0;
	}

	/** Text with its length in front (1.5.3). */
	text(): string {
		const length = this.word();
		if (!this.#has(length)) return "";
		const text = readText(this.#bytes, this.#at, this.#at + length);
		this.#at += length;
		if (typeof text === "string") return text;
		this.fault ??= text;
		return "";
	}

	/** Bytes with their length in front, in an array of their own. */
	binary(): Uint8Array {
		const length = this.word();
		if (!this.#has(length)) return new Uint8Array(0);
		this.#at += length;
		return copyOf(this.#bytes, this.#at - length, this.#at);
	}

	/** Where the next field begins. */
	get at(): number {
		return this.#at;
	}

	#has(length: number): boolean {
		if (this.#at + length > this.#end) {
			this.fail("2.2.3", "a field that goes beyond the packet's end");
		}
		return this.fault === undefined;
	}
}
