import { readFileSync } from "node:fs";

/** One thing that a reader of the page does or sees. */
export type Step =
	/** Runs a command in a terminal, in the folder that the page names, else in that of the project. */
	| { readonly kind: "run"; readonly terminal: string; readonly folder?: string; readonly command: string }
	/** Types a line, or presses Ctrl-C. */
	| { readonly kind: "type"; readonly terminal: string; readonly line: string }
	/** Sees these lines in a terminal. */
	| { readonly kind: "see"; readonly terminal: string; readonly text: string }
	| { readonly kind: "save"; readonly name: string; readonly text: string };

export interface Section {
	readonly title: string;
	readonly steps: readonly Step[];
}

export const TEXT = readFileSync(new URL("../../../docs/lesson.md", import.meta.url), "utf8");

const TERMINAL = /^\*\*(Terminal \d)\*\*(?:, in your folder `([\w-]+)`)?/;
const SAVE = /[Ss]ave .*\bas `([\w.-]+)`/;

/** The page's sections, each with what its reader does. @throws Error for a block of which that is not clear */
export function sections(text: string = TEXT): readonly Section[] {
	return text
		.split(/^## /m)
		.slice(1)
		.map((section) => ({ title: section.slice(0, section.indexOf("\n")), steps: stepsOf(section) }));
}

function stepsOf(section: string): readonly Step[] {
	const steps: Step[] = [];
	let terminal: string | undefined;
	let folder: string | undefined;
	let paragraph = "";
	// Paragraphs and fenced blocks, in turn; a block is three parts: what is before it, its language, its text.
	const parts = section.split(/^```(\w*)\n([\s\S]*?)^```$/m);
	for (let index = 0; index + 2 < parts.length; index += 3) {
		const [before, language, body] = parts.slice(index, index + 3) as [string, string, string];
		for (const line of before.split("\n")) {
			const found = TERMINAL.exec(line);
			if (found !== null) [, terminal, folder] = found;
			if (line.trim() !== "") paragraph = line;
		}
		const text = body.trimEnd();
		const name = SAVE.exec(paragraph)?.[1];
		paragraph = "";
		if (name !== undefined) {
			steps.push({ kind: "save", name, text });
			continue;
		}
		if (terminal === undefined) throw new Error(`no terminal is named for: ${text}`);
		if (language === "sh") {
			if (text.includes("\n")) throw new Error(`more than one command: ${text}`);
			steps.push({ kind: "run", terminal, command: text, ...(folder !== undefined && { folder }) });
		} else if (language === "input") {
			for (const line of text.split("\n")) steps.push({ kind: "type", terminal, line });
		} else if (language === "text") {
			steps.push({ kind: "see", terminal, text });
		} else {
			throw new Error(`no reader knows what to do with a block of "${language}"`);
		}
	}
	return steps;
}

/** The rows of the table whose header begins with the word, as their cells. */
export function table(header: string): readonly (readonly string[])[] {
	const lines = TEXT.split("\n");
	const start = lines.findIndex((line) => line.startsWith(`| ${header} |`));
	if (start === -1) throw new Error(`no table begins with ${header}`);
	const rows: string[][] = [];
	for (const line of lines.slice(start + 2)) {
		if (!line.startsWith("| ")) break;
		rows.push(
			line
				.slice(2, -2)
				.split(" | ")
				.map((cell) => cell.trim()),
		);
	}
	return rows;
}

/** The one command or line in backticks of a table's cell. */
export function quoted(cell: string): string {
	const found = /^`([^`]+)`/.exec(cell);
	if (found === null) throw new Error(`nothing in backticks: ${cell}`);
	return found[1] as string;
}
