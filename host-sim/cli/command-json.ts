import type { Node } from "jsonc-parser";
import { usage } from "./failure.js";
import { parseJsonText, placeOf, twiceIn } from "./json-text.js";

/** A command of the command line. */
export interface CommandText {
	/** The JSON as it was given, without a byte order mark. */
	readonly body: string;
	readonly payload: Readonly<Record<string, unknown>>;
}

/**
 * The command as it is sent, which is as it was given, and what it says. So that both are the same, no key may be
 * there twice, and no number be out of JavaScript's range. A byte order mark is dropped.
 * @throws Failure for what is no such JSON object, with a line for each mistake
 */
export function parseCommand(text: string): CommandText {
	const body = text.replace(/^\ufeff/, "");
	const at = (offset: number) => `JSON:${placeOf(body, offset)}`;
	const read = parseJsonText(body, false);
	if (read.kind === "mistakes") {
		throw usage(
			...read.mistakes.map(({ offset, what }) => `${at(offset)}: ${what}; for example '{"led_on":true}'`),
		);
	}
	const { tree } = read;
	const tooLarge = [...infinite(tree)].map(({ offset }) => `${at(offset)}: the number is too large`);
	const lines = [...twiceIn(tree, body, at), ...tooLarge];
	if (lines.length > 0) throw usage(...lines);
	return { body, payload: JSON.parse(body) };
}

/** Numbers that JavaScript, and so the device, cannot tell from infinity. */
function* infinite(node: Node): Generator<Node> {
	if (node.type === "number" && !Number.isFinite(node.value)) yield node;
	for (const child of node.children ?? []) yield* infinite(child);
}
