import {
	type Explanation,
	explanationOf,
	type Figures,
	figuresOf,
	type Report,
	scoreOf,
	sumOf,
	survivorsOf,
} from "./results.js";

/** Between these lines the page is written by `npm run mutate`. */
const BEGIN = "<!-- Written by `npm run mutate`, from here -->";
const END = "<!-- to here -->";

/**
 * The page with the figures and survivors of this report in place of those it had.
 * @param minutes how long the whole run took, when it was one
 */
export function refresh(
	page: string,
	report: Report,
	explanations: readonly Explanation[],
	minutes?: number,
): string {
	const begin = page.indexOf(BEGIN);
	const end = page.indexOf(END);
	if (begin < 0 || end < begin) throw new Error(`the page lacks the lines "${BEGIN}" and "${END}"`);
	const parts = [BEGIN, figuresTable(report, minutes), survivorsList(report, explanations)];
	return `${page.slice(0, begin)}${parts.join("\n\n")}\n\n${page.slice(end)}`;
}

function figuresTable(report: Report, minutes: number | undefined): string {
	const files = figuresOf(report);
	const folders = [...new Set(files.map(({ name }) => folderOf(name)))];
	const sums = folders.map((folder) =>
		sumOf(
			`all of ${folder}`,
			files.filter(({ name }) => folderOf(name) === folder),
		),
	);
	return table(
		["file", "mutants", "killed", "timeout", "survived", "no coverage", "score"],
		[...files, ...sums, sumOf(minutes === undefined ? "all" : `all, in ${minutes} minutes`, files)].map(row),
	);
}

const folderOf = (name: string): string => name.slice(0, name.lastIndexOf("/"));

const row = (figures: Figures): string[] => [
	figures.name,
	...[figures.mutants, figures.killed, figures.timeout, figures.survived, figures.noCoverage].map(String),
	`${scoreOf(figures).toFixed(1)} %`,
];

function survivorsList(report: Report, explanations: readonly Explanation[]): string {
	const rows = survivorsOf(report).map((survivor) => [
		survivor.file,
		code(survivor.line),
		`${code(survivor.original)} → ${code(survivor.replacement)}`,
		explanationOf(survivor, explanations)?.reason ?? "not explained",
	]);
	return table(["file", "line", "mutation", "why no test notices it"], rows);
}

/** A cell of code, with what would end the cell or the code escaped. */
function code(text: string): string {
	const fence = text.includes("`") ? "``" : "`";
	const pad = fence === "``" ? " " : "";
	return `${fence}${pad}${text.replaceAll("|", "\\|")}${pad}${fence}`;
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
	[head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
