import { FAULT_NAMES, type FaultName, type FaultRates, MAX_RATE, NO_FAULTS } from "./rates.js";

/** A fault file is not as it should be. The message has the line, what is wrong and what is allowed. */
export class FaultFileError extends Error {
	override readonly name = "FaultFileError";
}

/**
 * Reads a fault file: a JSON object from the names of faults to times an hour, from 0 to 3600. What it
 * does not name does not happen.
 * @throws FaultFileError for what is no such object, or names a fault twice
 */
export function parseFaults(text: string): FaultRates {
	const rates = { ...NO_FAULTS } as Record<FaultName, number>;
	const seen = new Set<string>();
	for (const { name, value, line } of membersOf(text)) {
		const refuse = (why: string) => new FaultFileError(`line ${line}: ${why}`);
		if (!isFault(name)) throw refuse(`no fault "${name}"; there are ${FAULT_NAMES.join(", ")}`);
		const rate = NUMBER.test(value) ? Number(value) : Number.NaN;
		if (!(rate >= 0 && rate <= MAX_RATE)) {
			throw refuse(`${name}: ${value} is no rate; from 0 to ${MAX_RATE} times an hour`);
		}
		if (seen.has(name)) throw refuse(`${name} is there twice; name each fault once`);
		seen.add(name);
		rates[name] = rate;
	}
	return rates;
}

const isFault = (name: string): name is FaultName => Object.hasOwn(NO_FAULTS, name);

/** A member of the object. */
interface Member {
	readonly name: string;
	/** As it stands in the file; of a list or an object only its beginning. */
	readonly value: string;
	/** Where the member begins, from 1. */
	readonly line: number;
}

const BLANK = /[ \t\r\n]*/y;
const TEXT = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/uy;
const VALUE = /"(?:[^"\\\n]|\\.)*"|[^\s,:"{}[\]]+|[{[]/y;
/** RFC 8259, 6. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[Ee][+-]?\d+)?$/;

/** The members of a JSON object, in their order, as long as each is well-formed. `JSON.parse` does not tell lines, or names that come twice. */
function* membersOf(text: string): Generator<Member> {
	// Some editors begin a file with a byte order mark.
	let at = text.startsWith("\ufeff") ? 1 : 0;
	const lineOf = (index: number) => text.slice(0, index).split(/\r\n?|\n/).length;
	const take = (pattern: RegExp): string | undefined => {
		pattern.lastIndex = at;
		const found = pattern.exec(text)?.[0];
		at += found?.length ?? 0;
		return found;
	};
	/** What comes next, if it is as wanted, and the blanks behind it. */
	const next = (wanted: string): boolean => {
		if (!text.startsWith(wanted, at)) return false;
		at += wanted.length;
		take(BLANK);
		return true;
	};
	const wants = (what: string) => new FaultFileError(`line ${lineOf(at)}: no JSON: wants ${what}`);

	take(BLANK);
	if (!next("{")) throw new FaultFileError(`line ${lineOf(at)}: not an object such as {"reset": 6}`);
	let isFirst = true;
	while (!next("}")) {
		if (!isFirst && !next(",")) throw wants('"," or "}"');
		isFirst = false;
		const line = lineOf(at);
		const name = take(TEXT);
		take(BLANK);
		if (name === undefined) throw wants('the name of a fault, as "reset"');
		if (!next(":")) throw wants('":" and times an hour');
		const value = take(VALUE);
		take(BLANK);
		if (value === undefined) throw wants("times an hour");
		yield { name: JSON.parse(name) as string, value, line };
	}
	if (at < text.length) throw wants('nothing more behind "}"');
}
