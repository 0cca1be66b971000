import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { FAULT_NAMES, type FaultName, MAX_RATE, noneOf } from "./rates.js";

/** A fault file is not as it should be. The message has the line, where one is to blame, what is wrong and what is allowed. */
export class FaultFileError extends Error {
	override readonly name = "FaultFileError";
}

/**
 * Reads a fault file: a JSON object from the names of faults to times an hour, from 0 to 3600. What it
 * does not name does not happen.
 * @param names the faults that there are; by default those of the lesson's worlds
 * @throws FaultFileError for what is no such object, or names a fault twice
 */
export function parseFaults<Name extends string = FaultName>(
	file: string,
	names = FAULT_NAMES as readonly string[] as readonly Name[],
): Readonly<Record<Name, number>> {
	// Some editors begin a file with a byte order mark.
	const text = file.replace(/^\ufeff/, "");
	const rates: Record<Name, number> = { ...noneOf(names) };
	const isFault = (name: string): name is Name => Object.hasOwn(rates, name);
	const seen = new Set<string>();
	for (const { offset, children = [] } of membersOf(text)) {
		const refuse = (why: string) => failure(text, offset, why);
		const [{ value: name }, rate] = children as [Node, Node];
		if (!isFault(name)) throw refuse(`no fault "${cut(name)}"; there are ${names.join(", ")}`);
		if (!(rate.type === "number" && rate.value >= 0 && rate.value <= MAX_RATE)) {
			throw refuse(`${name}: ${excerpt(text, rate)} is no rate; from 0 to ${MAX_RATE} times an hour`);
		}
		if (seen.has(name)) throw refuse(`${name} is there twice; name each fault once`);
		seen.add(name);
		rates[name] = rate.value;
	}
	return rates;
}

/** The members of a JSON object, in their order. `JSON.parse` does not tell lines, or names that come twice. */
function membersOf(text: string): readonly Node[] {
	const errors: ParseError[] = [];
	const tree = treeOf(text, errors);
	const [error] = errors;
	if (tree === undefined || tree.type !== "object") {
		throw failure(text, tree?.offset ?? 0, 'not an object such as {"reset": 6}');
	}
	if (error !== undefined) {
		const { offset, length } = error;
		const wanted = WANTED[printParseErrorCode(error.error)];
		const what =
			wanted === undefined ? `cannot read ${cut(text.slice(offset, offset + length))}` : `wants ${wanted}`;
		throw failure(text, offset, `no JSON: ${what}`);
	}
	return tree.children ?? [];
}

/** The parser calls itself for what lies within: lists in lists by the thousand leave it no stack. */
function treeOf(text: string, errors: ParseError[]): Node | undefined {
	try {
		return parseTree(text, errors, { disallowComments: true });
	} catch (error) {
		if (!(error instanceof RangeError)) throw error;
		throw new FaultFileError('lists or objects too deep; wants an object such as {"reset": 6}');
	}
}

/** By the parser's name of what is wrong: what is wanted there. All else is a word that JSON does not have. */
const WANTED: Readonly<Record<string, string>> = Object.freeze({
	PropertyNameExpected: 'the name of a fault, as "reset"',
	ColonExpected: '":" and times an hour',
	ValueExpected: "times an hour",
	CommaExpected: '"," or "}"',
	CloseBraceExpected: '"," or "}"',
	EndOfFileExpected: 'nothing more behind "}"',
});

/** A value as it stands in the file; of a list or an object only its beginning. */
const excerpt = (text: string, { type, offset, length }: Node): string =>
	cut(text.slice(offset, offset + (type === "object" || type === "array" ? 1 : length)));

/** Characters of the file, at most, that a message shows. */
const SHOWN = 40;

const cut = (text: string): string => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);

const failure = (text: string, offset: number, why: string): FaultFileError =>
	new FaultFileError(`line ${text.slice(0, offset).split(/\r\n?|\n/).length}: ${why}`);
