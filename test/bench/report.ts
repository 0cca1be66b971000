/** One row of the results. */
export interface Figure {
	readonly what: string;
	readonly ours: string;
	readonly theirs: string;
	readonly ratio: string;
	/** What was wanted, and whether it is so; nothing for a figure that is only told. */
	readonly goal?: { readonly wanted: string; readonly isMet: boolean };
}

/** A benchmark: its name on the command line and in RESULTS.md. */
export interface Bench {
	readonly name: string;
	/** The columns' names for the two sides. */
	readonly sides: readonly [ours: string, theirs: string];
	/**
	 * Measures.
	 * @param effort 1 for figures to be published; less for fewer rounds
	 */
	run(effort: number): Promise<readonly Figure[]>;
}

/** A whole number of rounds, at least one. */
export const scaled = (rounds: number, effort: number): number => Math.max(1, Math.round(rounds * effort));

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** The figures as a Markdown table. */
export function table({ sides }: Bench, figures: readonly Figure[]): string {
	const rows = figures.map(({ what, ours, theirs, ratio, goal }) =>
		row([
			what,
			ours,
			theirs,
			ratio,
			goal === undefined ? "" : `${goal.wanted}: ${goal.isMet ? "met" : "not met"}`,
		]),
	);
	return [row(["", ...sides, "ratio", "wanted"]), row(["---", "---", "---", "---", "---"]), ...rows].join(
		"\n",
	);
}

/**
 * A document with another table between its marks `<!-- NAME -->` and `<!-- /NAME -->`.
 * @throws Error when the marks are not there
 */
export function withTable(document: string, name: string, text: string): string {
	const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
	const from = document.indexOf(start);
	const to = document.indexOf(end);
	if (from < 0 || to < from) throw new Error(`no place for the table of "${name}": ${start} … ${end}`);
	return `${document.slice(0, from + start.length)}\n\n${text}\n\n${document.slice(to)}`;
}
