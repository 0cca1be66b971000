import type { Node } from "jsonc-parser";
import { usage } from "./failure.js";
import { membersOf, parseJsonText, placeOf, shown, twiceIn } from "./json-text.js";
import { readTextFile } from "./text-file.js";

/** A section of a configuration, or all of it. */
export type Section = Record<string, unknown>;

/** A configuration file, read. */
export interface ConfigFile {
	readonly name: string;
	/** What it says, without `$schema`, which is for editors; to be changed at will. */
	readonly values: Section;
	/** Keys that are there twice, and a `$schema` that is no text: a line for each. */
	readonly mistakes: readonly string[];
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
	const read = parseJsonText(text, true);
	if (read.kind === "mistakes") {
		const lines = read.mistakes.map(
			({ offset, what, isJson }) => `${at(offset)}: ${isJson ? "" : "not JSON: "}${what}`,
		);
		throw usage(...lines);
	}
	const { tree } = read;
	const place = (key: string): string => at(find(tree, key).offset);
	const { $schema = "", ...values } = valueAt(tree) as Section;
	const mistakes = twiceIn(tree, text, at);
	if (typeof $schema !== "string")
		mistakes.push(`${place(shown("$schema"))}: $schema: wants the name of a JSON Schema`);
	return { name, values, mistakes, place };
}

/** What a node stands for. A key such as `__proto__` is one like any other. */
function valueAt({ type, value, children = [] }: Node): unknown {
	if (type === "array") return children.map(valueAt);
	if (type !== "object") return value;
	return Object.fromEntries(
		children.map(({ children: [name, inner] = [] }) => [name?.value, inner && valueAt(inner)]),
	);
}

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
