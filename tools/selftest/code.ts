import { readFileSync } from "node:fs";

/** The self-tests by the form of their code, and the page with the table of its characters. */
const PAGES: Readonly<Record<string, string>> = Object.freeze({ MS1: "esp32.md", WT1: "wio-terminal.md" });

/** What a character means in any place of a form that the table does not say otherwise. */
const COMMON: Readonly<Record<string, Readonly<Record<string, string>>>> = Object.freeze({
	MS1: Object.freeze({
		Z: "not there",
		X: "failed with the error that the line says",
		H: "did not end, or left out after a restart in it",
	}),
	WT1: Object.freeze({ Z: "not made", H: "left out after the program hung or failed in it" }),
});

const ALPHABET = "0123456789ABCDEFGHJKMNPRSTVWXYZ";
const CODE = /^([A-Z0-9]{3})-([^-]{4})-([^-]{4})-([^-]{4})$/;

/** A place of a code. */
export interface Place {
	/** What is checked there, as the page has it. */
	readonly check: string;
	readonly character: string;
	/** Whether it stands in the table's column "good". */
	readonly isGood: boolean;
	readonly meaning: string;
}
export type ReadCode =
	| { readonly kind: "read"; readonly places: readonly Place[] }
	| { readonly kind: "wrong"; readonly reason: string };

/** What a cell of the table says of a character: `A` words, or `A` to `B`: words. */
function meaningIn(cell: string, character: string): string | undefined {
	for (const [, from = "", to = from, words = ""] of cell.matchAll(/`(.)`(?: to `(.)`)?([^`]*)/g)) {
		const value = ALPHABET.indexOf(character);
		if (value < ALPHABET.indexOf(from) || value > ALPHABET.indexOf(to)) continue;
		return words.replace(/^[:;, ]+|[;, ]+$/g, "");
	}
	return undefined;
}

/** The table's rows: check, good, else; the checksum's is none. */
function rowsOf(page: string): string[][] {
	const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), "utf8");
	const table = text.slice(text.indexOf("| place | check |"));
	const rows = table.slice(0, table.indexOf("\n\n")).split("\n").slice(2);
	return rows.slice(0, -1).map((row) =>
		row
			.split("|")
			.map((cell) => cell.trim())
			.slice(2, 5),
	);
}

function checksumOf(characters: string): string {
	const sum = Array.from(characters, (one, index) => ALPHABET.indexOf(one) * (index + 1));
	return ALPHABET.charAt(sum.reduce((one, other) => one + other) % ALPHABET.length);
}

/** Reads the code that a self-test has shown, the Wio Terminal's or the Moddable SDK's, small letters too. */
export function readCode(given: string): ReadCode {
	const code = given.trim().toUpperCase();
	const [, form = "", ...groups] = CODE.exec(code) ?? [];
	const wrong = (reason: string): ReadCode => ({ kind: "wrong", reason: `${given}: ${reason}` });
	if (form === "") return wrong("not a code, which is as MS1-1511-4111-171T");
	const page = PAGES[form];
	if (page === undefined)
		return wrong(`no self-test has codes of the form ${form}, but ${Object.keys(PAGES).join(" and ")}`);
	const all = groups.join("");
	const strange = Array.from(all).find((character) => !ALPHABET.includes(character));
	if (strange !== undefined) return wrong(`no code has a ${strange}`);
	const characters = all.slice(0, -1);
	if (checksumOf(characters) !== all.slice(-1)) return wrong("a mistake in it: the checksum is another");
	const rows = rowsOf(page);
	return {
		kind: "read",
		places: Array.from(characters, (character, index) => {
			const [check = "", good = "", other = ""] = rows[index] ?? [];
			const asGood = meaningIn(good, character);
			const meaning = asGood ?? meaningIn(other, character) ?? COMMON[form]?.[character] ?? "unknown";
			return { check, character, isGood: asGood !== undefined, meaning };
		}),
	};
}
