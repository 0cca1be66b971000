import { nodesOf, treeOf } from "./syntax.js";

/** Before what a line may begin without a change of meaning: after a word, such as `return`, it may not. */
const BEFORE = /[()[\]{},;=:?&|<>+*/!~^%-]/;

/** A module with a line for each part of it that begins there; they tell an engine's lines apart. */
export interface Spread {
	readonly text: string;
	/** Where in the module each line begins. */
	readonly starts: readonly number[];
}

/**
 * The same program on more lines: each statement and expression begins one, if it can. The engine's compiler knows
 * lines only, and esbuild writes much into one.
 */
export function spread(source: string): Spread {
	const begins = new Set<number>();
	for (const { type, start } of nodesOf(treeOf(source))) {
		// A template's text is not to change.
		if (type !== "TemplateElement" && BEFORE.test(source.slice(0, start).trimEnd().slice(-1)))
			begins.add(start);
	}
	let text = "";
	const starts = [0];
	for (let at = 0; at < source.length; at++) {
		if (begins.has(at)) {
			text += "\n";
			starts.push(at);
		}
		text += source[at];
		if (source[at] === "\n") starts.push(at + 1);
	}
	return { text, starts };
}
