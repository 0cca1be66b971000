/** What came of one part. */
export interface Result {
	readonly name: string;
	readonly what: string;
	/** The line that runs it again. */
	readonly command: string;
	/** In what state of the sources, when and on what: "commit, date, Node". */
	readonly circumstances: string;
	readonly seconds: number;
	/** The exit code, or the signal that ended it. */
	readonly end: number | string;
	/** The last lines of standard output. */
	readonly figures: readonly string[];
	/** The last lines of standard error; shown when it failed. */
	readonly errors: readonly string[];
}

export const passed = ({ end }: Result): boolean => end === 0;

const HEAD = `# The long lane

Written by \`npm run long\` (docs/testing.md), a section a part: what its last whole run came to.
`;

/** A text between lines that no line of it ends. */
const fenced = (lines: readonly string[]): string =>
	`\`\`\`\n${lines.map((line) => line.replaceAll("```", "'''")).join("\n")}\n\`\`\``;

/** A part's section, with its heading. */
export function sectionOf(result: Result): string {
	const { name, what, command, circumstances, seconds, end, figures, errors } = result;
	const ended = passed(result) ? "passed" : `FAILED with ${end}`;
	const parts = [
		`## ${name}`,
		`${what}: ${ended} after ${seconds.toFixed(0)} s. ${circumstances}.`,
		fenced([`node ${command}`, ...figures]),
	];
	if (!passed(result) && errors.length > 0) parts.push(fenced(errors));
	return `${parts.join("\n\n")}\n`;
}

/** The page with a part's section in place of the one it had, or behind the others. */
export function refresh(page: string, result: Result): string {
	const [, ...sections] = page.split(/^(?=## )/m);
	const heading = `## ${result.name}\n`;
	const fresh = sectionOf(result);
	const index = sections.findIndex((section) => section.startsWith(heading));
	if (index < 0) sections.push(fresh);
	else sections[index] = fresh;
	return [HEAD, ...sections.map((section) => `${section.trimEnd()}\n`)].join("\n");
}
