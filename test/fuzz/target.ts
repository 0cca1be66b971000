import type { Random } from "./random.js";

/** Something that reads bytes or text from outside, and what must hold for any of them. */
export interface Target {
	readonly name: string;
	/** The files it runs. */
	readonly covers: readonly string[];
	/** How many inputs it gets, compared with the others. */
	readonly share: number;
	/** Makes an input. All that varies is in its bytes, so that they alone repeat a failure. */
	generate(random: Random): Uint8Array;
	/**
	 * Runs an input, any bytes at all. Returns the kind of outcome, one of a few.
	 * @throws Error when what came out is not defined
	 */
	run(input: Uint8Array): string | Promise<string>;
	/** Parts that may be left out one by one; single bytes by default. */
	split?(input: Uint8Array): Uint8Array[];
	/** An input in words, for people. */
	describe?(input: Uint8Array): string;
}

/** What must not happen happened. */
export class Violation extends Error {
	override readonly name = "Violation";
}

/** @throws Violation unless `holds` */
export function demand(holds: boolean, what: string): asserts holds {
	if (!holds) throw new Violation(what);
}

/** @throws Violation unless both are the same */
export function demandSame(actual: string, expected: string, what: string): void {
	if (actual !== expected) throw new Violation(`${what}:\n  got  ${actual}\n  want ${expected}`);
}

/** What `action` returns; `undefined` when it throws an error of the class that is documented for it. */
export function unless<T>(expected: new (...words: never[]) => Error, action: () => T): T | undefined {
	try {
		return action();
	} catch (error) {
		if (error instanceof expected) return undefined;
		throw error;
	}
}
