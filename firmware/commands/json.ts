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
	| { kind: "invalid"; code: "not-json" | "not-an-object" | "too-deep"; reason: string };

/**
 * Reads `text` as one JSON object; a byte order mark before it is ignored (RFC 8259, 8.1).
 * @param depth levels of nesting at most
 */
export function readObject(text: string, depth = MAX_DEPTH): ObjectMembers {
	const scanner = new Scanner(text);
	const members: Member[] = [];
	scanner.mark();
	scanner.space();
	const isObject = scanner.next === OPEN_BRACE;
	const fits = scanner.value(depth, members);
	scanner.space();
	if (scanner.tooDeep) return invalid("too-deep", `nested deeper than ${depth} levels`);
	if (!fits || !scanner.atEnd) return invalid("not-json", "not JSON");
	return isObject ? { kind: "object", members } : invalid("not-an-object", "not a JSON object");
}

const invalid = (code: "not-json" | "not-an-object" | "too-deep", reason: string): ObjectMembers => ({
	kind: "invalid",
	code,
	reason,
});

const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

// Called as a function, it does not make XS wrap the text in an object for each character.
const { charCodeAt } = String.prototype;

const isDigit = (unit: number): boolean => unit >= ZERO && unit <= 0x39;

class Scanner {
	readonly #text: string;
	#at = 0;
	tooDeep = false;
	/** The code unit at the present place; NaN at the end of the text. */
	next: number;

	constructor(text: string) {
		this.#text = text;
		this.next = charCodeAt.call(text, 0);
	}

	get atEnd(): boolean {
		return Number.isNaN(this.next);
	}

	/** Goes over a byte order mark. */
	mark(): void {
		this.#skip(0xfeff);
	}

	space(): void {
		while (this.next === 0x20 || this.next === 0x0a || this.next === 0x0d || this.next === 0x09) this.#go();
	}

	/** Goes over one value; whether it is one. The members of an outermost object come into `members`. */
	value(depth: number, members?: Member[]): boolean {
		const first = this.next;
		if (first === OPEN_BRACE || first === OPEN_BRACKET) {
			if (depth === 0) {
				this.tooDeep = true;
				return false;
			}
			this.#go();
			return first === OPEN_BRACE ? this.#object(depth - 1, members) : this.#array(depth - 1);
		}
		if (first === QUOTE) return this.#string();
		return this.#word("true") || this.#word("false") || this.#word("null") || this.#number();
	}

	#object(depth: number, members?: Member[]): boolean {
		this.space();
		if (this.#skip(CLOSE_BRACE)) return true;
		for (;;) {
			this.space();
			const nameStart = this.#at;
			if (!this.#string()) return false;
			const nameEnd = this.#at;
			this.space();
			if (!this.#skip(COLON)) return false;
			this.space();
			const valueStart = this.#at;
			if (!this.value(depth)) return false;
			if (members !== undefined) {
				const name = JSON.parse(this.#text.slice(nameStart, nameEnd)) as string;
				members.push({ name, value: this.#text.slice(valueStart, this.#at) });
			}
			this.space();
			if (this.#skip(CLOSE_BRACE)) return true;
			if (!this.#skip(COMMA)) return false;
		}
	}

	#array(depth: number): boolean {
		this.space();
		if (this.#skip(CLOSE_BRACKET)) return true;
		for (;;) {
			this.space();
			if (!this.value(depth)) return false;
			this.space();
			if (this.#skip(CLOSE_BRACKET)) return true;
			if (!this.#skip(COMMA)) return false;
		}
	}

	#string(): boolean {
		if (!this.#skip(QUOTE)) return false;
		for (;;) {
			const unit = this.next;
			// A control character, or the end of the text.
			if (!(unit >= 0x20)) return false;
			this.#go();
			if (unit === QUOTE) return true;
			if (unit === BACKSLASH && !this.#escape()) return false;
		}
	}

	#escape(): boolean {
		const escaped = this.next;
		if (Number.isNaN(escaped)) return false;
		this.#go();
		if (escaped !== 0x75) return '"\\/bfnrt'.includes(String.fromCharCode(escaped));
		for (let count = 0; count < 4; count++) {
			const letter = this.next | 0x20;
			if (!(isDigit(this.next) || (letter >= 0x61 && letter <= 0x66))) return false;
			this.#go();
		}
		return true;
	}

	#number(): boolean {
		this.#skip(MINUS);
		if (!this.#skip(ZERO) && !this.#digits()) return false;
		if (this.#skip(POINT) && !this.#digits()) return false;
		if ((this.next | 0x20) === 0x65) {
			this.#go();
			if (!this.#skip(PLUS)) this.#skip(MINUS);
			return this.#digits();
		}
		return true;
	}

	#digits(): boolean {
		if (!isDigit(this.next)) return false;
		while (isDigit(this.next)) this.#go();
		return true;
	}

	#word(word: string): boolean {
		if (!this.#text.startsWith(word, this.#at)) return false;
		this.#at += word.length;
		this.next = charCodeAt.call(this.#text, this.#at);
		return true;
	}

	#skip(unit: number): boolean {
		if (this.next !== unit) return false;
		this.#go();
		return true;
	}

	#go(): void {
		this.next = charCodeAt.call(this.#text, ++this.#at);
	}
}
