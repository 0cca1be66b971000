import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";

/** What is wrong in a rule file, and where: line and column from 1, a column being a UTF-16 code unit. */
export interface Mistake {
	/** `yaml`: it cannot be read; `form`: it is not as the JSON Schema demands; `sense`: its parts do not fit together. */
	readonly kind: "yaml" | "form" | "sense";
	readonly line: number;
	readonly column: number;
	/** What is wrong; what is right. */
	readonly what: string;
}

/** A value in the file, and the offset at which it stands. */
export type Entry = { readonly offset: number } & (
	| { readonly kind: "map"; readonly members: readonly Member[] }
	| { readonly kind: "list"; readonly items: readonly Entry[] }
	/** A text, a number, `true`, `false` or `null`. */
	| { readonly kind: "scalar"; readonly value: unknown }
);

/** A key with its value. */
export interface Member {
	readonly key: string;
	/** Of the key. */
	readonly offset: number;
	readonly value: Entry;
}

/** A file of YAML, read: the value that it holds, or what is wrong. */
export type ParsedDocument =
	| { readonly kind: "document"; readonly root: Entry; readonly placeOf: PlaceOf }
	| { readonly kind: "mistakes"; readonly mistakes: readonly Mistake[] };

/** Where an offset is. */
export type PlaceOf = (offset: number) => { readonly line: number; readonly column: number };

/** The longest file, in UTF-16 code units. */
export const MOST_TEXT = 262_144;

/** Mistakes of YAML that are told at most: after one, others follow. */
const MOST_TOLD = 10;

/** Lists and maps in one another at most. */
const MOST_DEPTH = 16;

/** A value that a rule file does not have. */
class Unfit extends Error {
	readonly offset: number;

	constructor(offset: number, message: string) {
		super(message);
		this.offset = offset;
	}
}

/** Reads a text as YAML 1.2, and so as JSON too. Never throws. */
export function parseText(text: string): ParsedDocument {
	const lines = new LineCounter();
	const placeOf: PlaceOf = (offset) => {
		const { line, col } = lines.linePos(offset);
		return { line: Math.max(1, line), column: Math.max(1, col) };
	};
	const refused = (...found: readonly (readonly [offset: number, what: string])[]): ParsedDocument => ({
		kind: "mistakes",
		mistakes: found.map(([offset, what]) => ({ kind: "yaml", ...placeOf(offset), what })),
	});
	if (text.length > MOST_TEXT) return refused([0, `${text.length} characters, wants ${MOST_TEXT} at most`]);
	try {
		const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: "1.2" });
		const problems = [...document.errors, ...document.warnings];
		if (problems.length > 0) {
			const told = problems.slice(0, MOST_TOLD);
			return refused(...told.map(({ pos, message }) => [pos[0], `not YAML: ${oneLine(message)}`] as const));
		}
		return { kind: "document", root: entryOf(document.contents, 0, 0), placeOf };
	} catch (error) {
		if (error instanceof Unfit) return refused([error.offset, error.message]);
		// The parser calls itself for what lies within: lists in lists by the thousand leave it no stack.
		if (error instanceof RangeError) return refused([0, "lists or maps too deep; wants groups and rules"]);
		throw error;
	}
}

const oneLine = (text: string): string => text.replace(/\s+/g, " ").slice(0, 200);

/** @param at where it is if the file has nothing there */
function entryOf(node: Node | null | undefined, at: number, depth: number): Entry {
	const offset = node?.range?.[0] ?? at;
	if (depth > MOST_DEPTH) throw new Unfit(offset, "lists or maps too deep; wants groups and rules");
	if (isAlias(node)) throw new Unfit(offset, "an alias (*); write out what it stands for, or make a group");
	if (isMap(node)) {
		const members = node.items.map(({ key, value }): Member => {
			const name = entryOf(key as Node, offset, depth + 1);
			if (name.kind !== "scalar") throw new Unfit(name.offset, "a key that is a list or a map; wants a name");
			const own = isScalar(key) && typeof name.value !== "string" ? (key.source ?? "") : String(name.value);
			return { key: own, offset: name.offset, value: entryOf(value as Node, name.offset, depth + 1) };
		});
		return { kind: "map", offset, members };
	}
	if (isSeq(node))
		return {
			kind: "list",
			offset,
			items: node.items.map((item) => entryOf(item as Node, offset, depth + 1)),
		};
	return { kind: "scalar", offset, value: isScalar(node) ? node.value : null };
}
