/** What a mutation run found, read off Stryker's JSON report (mutation-testing-report-schema). */

interface Position {
	line: number;
	column: number;
}

interface Mutant {
	mutatorName: string;
	replacement?: string;
	status: string;
	location: { start: Position; end: Position };
}

export interface Report {
	files: Readonly<Record<string, { source: string; mutants: readonly Mutant[] }>>;
}

/** A mutant that no test noticed, named by what it changes: line numbers come and go. */
export interface Survivor {
	readonly file: string;
	/** The line it is in, or begins in. */
	readonly line: string;
	/** What stood there; of several lines the first. */
	readonly original: string;
	readonly replacement: string;
}

/** Why a survivor is none that a test could notice. */
export interface Explanation extends Survivor {
	readonly reason: string;
}

export interface Figures {
	readonly name: string;
	readonly mutants: number;
	readonly killed: number;
	readonly timeout: number;
	readonly survived: number;
	readonly noCoverage: number;
}

/** The figures of each file, in order; what could not be run at all is not counted. */
export function figuresOf(report: Report): Figures[] {
	return Object.entries(report.files)
		.map(([name, { mutants }]) => {
			const count = (status: string) => mutants.filter((mutant) => mutant.status === status).length;
			const killed = count("Killed");
			const timeout = count("Timeout");
			const survived = count("Survived");
			const noCoverage = count("NoCoverage");
			const all = killed + timeout + survived + noCoverage;
			return { name, mutants: all, killed, timeout, survived, noCoverage };
		})
		.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** All figures together. */
export function sumOf(name: string, figures: readonly Figures[]): Figures {
	const sum = (key: Exclude<keyof Figures, "name">) => figures.reduce((total, each) => total + each[key], 0);
	return {
		name,
		mutants: sum("mutants"),
		killed: sum("killed"),
		timeout: sum("timeout"),
		survived: sum("survived"),
		noCoverage: sum("noCoverage"),
	};
}

/** Percent of the mutants that the tests noticed; 100 of none. */
export const scoreOf = ({ killed, timeout, mutants }: Figures): number =>
	mutants === 0 ? 100 : (100 * (killed + timeout)) / mutants;

/** Every mutant that the tests did not notice, in the order of the sources. */
export function survivorsOf(report: Report): Survivor[] {
	return Object.entries(report.files).flatMap(([file, { source, mutants }]) => {
		const lines = source.split("\n");
		return mutants
			.filter(({ status }) => status === "Survived" || status === "NoCoverage")
			.sort((a, b) => a.location.start.line - b.location.start.line)
			.map(({ location: { start, end }, replacement = "" }) => {
				const line = lines[start.line - 1] ?? "";
				const last = start.line === end.line ? end.column - 1 : undefined;
				const original = line.slice(start.column - 1, last);
				return { file, line: line.trim(), original, replacement: firstLine(replacement) };
			});
	});
}

/** The explanation of a survivor, if there is one. */
export const explanationOf = (
	survivor: Survivor,
	explanations: readonly Explanation[],
): Explanation | undefined =>
	explanations.find(
		({ file, line, original, replacement }) =>
			file === survivor.file &&
			line === survivor.line &&
			original === survivor.original &&
			replacement === survivor.replacement,
	);

const firstLine = (text: string): string => text.split("\n", 1)[0] ?? "";
