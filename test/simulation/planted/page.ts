import type { Mistake } from "./mistakes.js";

/** The page with the table of all mistakes. */
export const PAGE = "docs/simulation.md";

/** Between these lines the page is written by `npm run planted`. */
const BEGIN = "<!-- Written by `npm run planted`, from here -->";
const END = "<!-- to here -->";

/** In which worlds, behind the invariant's name. */
const WHERE = Object.freeze({ lesson: "", "azure-iot-hub": ", at a hub", stadium: ", in a stadium" });

/** The line of a mistake that was found in the world of this seed. */
export const rowOf = ({ what, invariant, profile }: Mistake, seed: number): string =>
	`| ${what} | ${invariant}${WHERE[profile ?? "lesson"]} | ${seed} |`;

/** The lines that the page has. @throws Error when it lacks the place for them */
export function rowsOf(page: string): string[] {
	const [begin, end] = placeOf(page);
	return page
		.slice(begin, end)
		.split("\n")
		.filter((line) => line.startsWith("| "))
		.slice(2);
}

/** The seed in a line. */
export const seedOf = (row: string): number => Number(/(\d+) \|$/.exec(row)?.[1]);

/** The page with these lines in place of those it had. @throws Error when it lacks the place for them */
export function refresh(page: string, rows: readonly string[]): string {
	const [begin, end] = placeOf(page);
	const table = ["| mistake | found by | in seed |", "| --- | --- | --- |", ...rows].join("\n");
	return `${page.slice(0, begin)}\n\n${table}\n\n${page.slice(end)}`;
}

function placeOf(page: string): [begin: number, end: number] {
	const begin = page.indexOf(BEGIN);
	const end = page.indexOf(END);
	if (begin < 0 || end < begin) throw new Error(`the page lacks the lines "${BEGIN}" and "${END}"`);
	return [begin + BEGIN.length, end];
}
