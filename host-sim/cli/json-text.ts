import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";

/** JSON from a user, read: the object, or what is wrong, each mistake with its offset and in words. */
export type JsonText =
	| { readonly kind: "object"; readonly tree: Node }
	| { readonly kind: "mistakes"; readonly mistakes: readonly Mistake[] };

/** A mistake in a text, and the offset at which it is. */
interface Mistake {
	readonly offset: number;
	readonly what: string;
	/** Whether the text is JSON, but no object. */
	readonly isJson?: true;
}

/**
 * Reads a text that is to hold a JSON object. The words for its mistakes do not repeat it: it may hold a secret.
 * @param isLoose whether comments and commas at the end are allowed
 */
export function parseJsonText(text: string, isLoose: boolean): JsonText {
	const errors: ParseError[] = [];
	let tree: Node | undefined;
	try {
		tree = parseTree(text, errors, { allowTrailingComma: isLoose, disallowComments: !isLoose });
	} catch (error) {
		// The parser calls itself for what lies within: lists in lists by the thousand leave it no stack.
		if (!(error instanceof RangeError)) throw error;
		return refused({ offset: 0, what: "lists or objects too deep; wants a JSON object", isJson: true });
	}
	const causes = causesOf(text, errors).map((error) => ({
		offset: error.offset,
		what: explain(text, error),
	}));
	if (causes.length > 0) return refused(...causes);
	if (tree?.type === "object") return { kind: "object", tree };
	return refused({ offset: tree?.offset ?? 0, what: "wants a JSON object", isJson: true });
}

const refused = (...mistakes: readonly Mistake[]): JsonText => ({ kind: "mistakes", mistakes });

/** `LINE:COLUMN` of an offset, both from 1; a column is a UTF-16 code unit, as in most editors. */
export function placeOf(text: string, offset: number): string {
	const lines = text.slice(0, offset).split(/\r\n?|\n/);
	return `${lines.length}:${(lines.at(-1) as string).length + 1}`;
}

/** A line for each key that an object has twice. @param at what the place of an offset is called */
export const twiceIn = (tree: Node, text: string, at: (offset: number) => string): string[] =>
	[...repeated(tree, "")].map(({ node, key, first }) => {
		return `${at(node.offset)}: ${key}: is there twice, first on line ${placeOf(text, first.offset).split(":")[0]}`;
	});

/** What the parser missed at a place, rather than found there. */
const isMissing = ({ error }: ParseError): boolean => printParseErrorCode(error).endsWith("Expected");

/**
 * The errors that a user has to mend. After one the parser goes on, and misses what that one took the
 * place of: behind `lamp` in `{"id": lamp}`, a value.
 */
function causesOf(text: string, errors: readonly ParseError[]): ParseError[] {
	const causes: ParseError[] = [];
	let last: ParseError | undefined;
	let end = -1;
	for (const error of errors) {
		const between = text.slice(end, error.offset);
		const isMissed = isMissing(error) && last !== undefined && !isMissing(last) && !between.includes(",");
		const isCause = last === undefined || !(isMissed || between.trim() === "");
		if (isCause) causes.push(error);
		if (!isCause && isMissing(error)) continue;
		last = error;
		end = Math.max(end, error.offset + error.length);
	}
	return causes;
}

/** Begins with what JSON does not have: in words, for people. */
const SYMBOLS: readonly (readonly [RegExp, string])[] = [
	[/^[\u2018-\u201f\u00ab\u00bb\u2039\u203a]/, 'curly quotes; JSON wants "'],
	[/^['`]/, 'another quote; JSON wants "'],
	[/^(true|false|null|none|nil|yes|no|on|off)$/i, "JSON writes true, false and null"],
	[/^[+.-]?\d|^[+-]$|^(nan|infinity)$/i, "JSON has no such number"],
	[/^[\p{L}_$]/u, 'a word without quotes; text wants " around it'],
];

const ERRORS: Readonly<Record<string, string>> = Object.freeze({
	PropertyNameExpected: 'wants a key in "quotes"',
	ColonExpected: 'wants ":"',
	ValueExpected: "wants a value",
	CommaExpected: 'wants ","',
	CloseBraceExpected: 'wants "}"',
	CloseBracketExpected: 'wants "]"',
	EndOfFileExpected: 'wants nothing behind the last "}"',
	InvalidCommentToken: "a comment, which JSON does not have",
	UnexpectedEndOfComment: "wants */ at the end of the comment",
	UnexpectedEndOfString: 'wants a closing " on the same line',
	UnexpectedEndOfNumber: "JSON has no such number",
	InvalidUnicode: "wants four hexadecimal digits behind \\u",
	InvalidEscapeCharacter: 'JSON has no such escape; "\\\\" is one backslash',
	InvalidCharacter: "a control character in a text; a tab is \\t",
});

function explain(text: string, error: ParseError): string {
	const { offset, length } = error;
	const code = printParseErrorCode(error.error);
	const found = text.slice(offset, offset + length);
	if (ERRORS[code] !== undefined) return ERRORS[code];
	return SYMBOLS.find(([begins]) => begins.test(found))?.[1] ?? "a character that JSON does not have here";
}

interface Member {
	readonly node: Node;
	readonly name: string;
	readonly value: Node | undefined;
}

/** What an object or a list consists of: for a list the names are numbers from 0. */
export const membersOf = ({ type, children = [] }: Node): Member[] =>
	children.map((node, index) => {
		if (type === "array") return { node, name: String(index), value: node };
		const [{ value: name } = { value: "" }, value] = node.children ?? [];
		return { node, name, value };
	});

/** A key that is there twice: of it and of the first one, their nodes. */
function* repeated(node: Node, path: string): Generator<{ node: Node; key: string; first: Node }> {
	const seen = new Map<string, Node>();
	for (const { node: member, name, value } of membersOf(node)) {
		const key = path === "" ? shown(name) : `${path}.${shown(name)}`;
		const first = seen.get(name);
		if (first === undefined) seen.set(name, member);
		else yield { node: member, key, first };
		if (value !== undefined) yield* repeated(value, key);
	}
}

/** A key as the firmware's checks write it: a strange one in quotes. */
export const shown = (name: string): string => (/^[\w.-]+$/.test(name) ? name : JSON.stringify(name));
