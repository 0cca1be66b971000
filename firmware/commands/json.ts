/**
 * JSON (RFC 8259) read without making property keys of the names in it. XS never frees a key, so
 * `JSON.parse` on messages with ever new names would in time use up a chip's memory.
 */

/** Deeper nesting is refused: it costs stack, and no command needs it. */
const MAX_DEPTH = 8;

/** A member of the outermost object: its name, and its value as JSON text. */
export interface Member {
	readonly name: string;
	readonly value: string;
}

/** The members in order, repeated names included; otherwise what `text` is instead. */
export type ObjectMembers =
	| { kind: "object"; members: readonly Member[] }
	| { kind: "invalid"; reason: string };

/** Reads `text` as one JSON object. */
export function readObject(text: string): ObjectMembers {
	const scanner = new Scanner(text);
	const members: Member[] = [];
	scanner.space();
	const isObject = scanner.peek() === "{";
	const fits = scanner.value(MAX_DEPTH, (name, value) => members.push({ name, value }));
	scanner.space();
	if (scanner.tooDeep) return { kind: "invalid", reason: `nested deeper than ${MAX_DEPTH} levels` };
	if (!fits || !scanner.atEnd) return { kind: "invalid", reason: "not JSON" };
	return isObject ? { kind: "object", members } : { kind: "invalid", reason: "not a JSON object" };
}

class Scanner {
	readonly #text: string;
	#at = 0;
	tooDeep = false;

	constructor(text: string) {
		this.#text = text;
	}

	get atEnd(): boolean {
		return this.#at === this.#text.length;
	}

	peek(): string | undefined {
		return this.#text[this.#at];
	}

	space(): void {
		for (;;) {
			const unit = this.#text.charCodeAt(this.#at);
			if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return;
			this.#at++;
		}
	}

	/** Goes over one value; whether it is one. `member` hears of those of an outermost object. */
	value(depth: number, member?: (name: string, value: string) => void): boolean {
		const first = this.peek();
		if (first === "{" || first === "[") {
			if (depth === 0) {
				this.tooDeep = true;
				return false;
			}
			this.#at++;
			return first === "{" ? this.#object(depth - 1, member) : this.#array(depth - 1);
		}
		if (first === '"') return this.#string();
		return this.#word("true") || this.#word("false") || this.#word("null") || this.#number();
	}

	#object(depth: number, member?: (name: string, value: string) => void): boolean {
		this.space();
		if (this.#skip("}")) return true;
		for (;;) {
			this.space();
			const nameStart = this.#at;
			if (!this.#string()) return false;
			const name = this.#text.slice(nameStart, this.#at);
			this.space();
			if (!this.#skip(":")) return false;
			this.space();
			const valueStart = this.#at;
			if (!this.value(depth)) return false;
			member?.(JSON.parse(name), this.#text.slice(valueStart, this.#at));
			this.space();
			if (this.#skip("}")) return true;
			if (!this.#skip(",")) return false;
		}
	}

	#array(depth: number): boolean {
		this.space();
		if (this.#skip("]")) return true;
		for (;;) {
			this.space();
			if (!this.value(depth)) return false;
			this.space();
			if (this.#skip("]")) return true;
			if (!this.#skip(",")) return false;
		}
	}

	#string(): boolean {
		if (!this.#skip('"')) return false;
		for (;;) {
			const unit = this.#text.charCodeAt(this.#at++);
			if (unit === 0x22) return true;
			// A control character, or NaN: the end of the text.
			if (!(unit >= 0x20)) return false;
			if (unit === 0x5c && !this.#escape()) return false;
		}
	}

	#escape(): boolean {
		const escaped = this.#text[this.#at++];
		if (escaped !== "u") return escaped !== undefined && '"\\/bfnrt'.includes(escaped);
		for (let count = 0; count < 4; count++) {
			const unit = this.#text.charCodeAt(this.#at++);
			const letter = unit | 0x20;
			if (!((unit >= 0x30 && unit <= 0x39) || (letter >= 0x61 && letter <= 0x66))) return false;
		}
		return true;
	}

	#number(): boolean {
		this.#skip("-");
		if (!this.#skip("0") && !this.#digits()) return false;
		if (this.#skip(".") && !this.#digits()) return false;
		if (this.#skip("e") || this.#skip("E")) {
			if (!this.#skip("+")) this.#skip("-");
			return this.#digits();
		}
		return true;
	}

	#digits(): boolean {
		const start = this.#at;
		for (;;) {
			const unit = this.#text.charCodeAt(this.#at);
			if (!(unit >= 0x30 && unit <= 0x39)) return this.#at > start;
			this.#at++;
		}
	}

	#word(word: string): boolean {
		if (!this.#text.startsWith(word, this.#at)) return false;
		this.#at += word.length;
		return true;
	}

	#skip(character: string): boolean {
		if (this.peek() !== character) return false;
		this.#at++;
		return true;
	}
}
