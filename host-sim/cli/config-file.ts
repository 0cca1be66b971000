import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { usage } from "./failure.js";
import { readTextFile } from "./text-file.js";

/** A section of a configuration, or all of it. */
export type Section = Record<string, unknown>;

/** A configuration file, read. */
export interface ConfigFile {
	readonly name: string;
	/** What it says; to be changed at will. */
	readonly values: Section;
	/** Keys that are there twice, a line for each. */
	readonly twice: readonly string[];
	/**
	 * Where a key is, as `FILE:LINE:COLUMN`, from 1 each. The key is dotted, as the firmware's checks name
	 * it; without such a key it is the innermost section that there is.
	 */
	place(key: string): string;
}

/**
 * Reads a configuration file: one JSON object. Comments and commas at the end are allowed, as in the file that
 * `nightlight config` prints.
 * @throws Failure for a file that cannot be read or is no such object, with a line for each mistake
 */
export function readConfigFile(name: string): ConfigFile {
	const text = readTextFile(name, "--config");
	const at = (offset: number): string => `${name}:${placeOf(text, offset)}`;
	const errors: ParseError[] = [];
	const tree = treeOf(text, errors, name);
	if (errors.length > 0) {
		const lines = causesOf(text, errors).map(
			(error) => `${at(error.offset)}: not JSON: ${explain(text, error)}`,
		);
		throw usage(...lines);
	}
	if (tree?.type !== "object") throw usage(`${at(tree?.offset ?? 0)}: wants a JSON object`);
	return {
		name,
		values: valueAt(tree) as Section,
		twice: [...repeated(tree, "")].map(({ node, key, first }) => {
			return `${at(node.offset)}: ${key}: is there twice, first on line ${placeOf(text, first.offset).split(":")[0]}`;
		}),
		place: (key) => at(find(tree, key).offset),
	};
}

/** The parser calls itself for what lies within: lists in lists by the thousand leave it no stack. */
function treeOf(text: string, errors: ParseError[], name: string): Node | undefined {
	try {
		return parseTree(text, errors, { allowTrailingComma: true });
	} catch (error) {
		if (!(error instanceof RangeError)) throw error;
		throw usage(`${name}:1:1: lists or objects too deep; wants a JSON object`);
	}
}

/** What a node stands for. A key such as `__proto__` is one like any other. */
function valueAt({ type, value, children = [] }: Node): unknown {
	if (type === "array") return children.map(valueAt);
	if (type !== "object") return value;
	return Object.fromEntries(
		children.map(({ children: [name, inner] = [] }) => [name?.value, inner && valueAt(inner)]),
	);
}

/** `LINE:COLUMN` of an offset, both from 1; a column is a UTF-16 code unit, as in most editors. */
function placeOf(text: string, offset: number): string {
	const lines = text.slice(0, offset).split(/\r\n?|\n/);
	return `${lines.length}:${(lines.at(-1) as string).length + 1}`;
}

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
	UnexpectedEndOfComment: "wants */ at the end of the comment",
	UnexpectedEndOfString: 'wants a closing " on the same line',
	UnexpectedEndOfNumber: "JSON has no such number",
	InvalidUnicode: "wants four hexadecimal digits behind \\u",
	InvalidEscapeCharacter: 'JSON has no such escape; "\\\\" is one backslash',
	InvalidCharacter: "a control character in a text; a tab is \\t",
});

/** In words, what is wrong. The text is not repeated: it may hold a secret. */
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
const membersOf = ({ type, children = [] }: Node): Member[] =>
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
const shown = (name: string): string => (/^[\w.-]+$/.test(name) ? name : JSON.stringify(name));

/** Whether a key as it is shown, perhaps cut, is this one; the rest of the path then. */
function restOf(path: string, name: string): string | undefined {
	const text = shown(name);
	if (path === text) return "";
	if (path.startsWith(`${text}.`)) return path.slice(text.length + 1);
	return path.endsWith("...") && text.startsWith(path.slice(0, -3)) ? "" : undefined;
}

/** The node of a dotted key, or of the innermost one on the way to it. */
function find(node: Node, path: string): Node {
	// Of a key that is there twice the last one counts.
	for (const { node: member, name, value } of membersOf(node).reverse()) {
		const rest = restOf(path, name);
		if (rest === "" || (rest !== undefined && value === undefined)) return member;
		if (rest !== undefined && value !== undefined) {
			const inner = find(value, rest);
			// A section that lacks the key is shown by its own key.
			return inner === value ? member : inner;
		}
	}
	return node;
}
