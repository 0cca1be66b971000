/**
 * What programs are given as words by shells that this machine need not have, by the rules of those shells,
 * for command lines without variables, pipes and other signs of their languages.
 */

/** How a program of Windows splits its command line, with Microsoft's C runtime and so with Node. */
export function splitByWindows(line: string): readonly string[] {
	const words: string[] = [];
	let word: string | undefined;
	let isQuoted = false;
	for (let index = 0; index < line.length; ) {
		const [backslashes] = /^\\*/.exec(line.slice(index)) as unknown as [string];
		index += backslashes.length;
		const sign = line[index];
		if (sign === '"') {
			word = (word ?? "") + "\\".repeat(backslashes.length >> 1);
			if (backslashes.length % 2 === 1) word += '"';
			else isQuoted = !isQuoted;
		} else {
			if (backslashes !== "") word = (word ?? "") + backslashes;
			if (sign === undefined) break;
			if (/\s/.test(sign) && !isQuoted) {
				if (word !== undefined) words.push(word);
				word = undefined;
			} else {
				word = (word ?? "") + sign;
			}
		}
		index++;
	}
	if (word !== undefined) words.push(word);
	return words;
}

/** The Command Prompt hands on the line as it is. @throws Error for signs that it would take for itself */
export function wordsOfCommandPrompt(command: string): readonly string[] {
	if (/[&|<>^%!]/.test(command)) throw new Error(`the Command Prompt takes a sign for itself: ${command}`);
	return splitByWindows(command);
}

/** How PowerShell reads words: in single or double quotes nothing else is a sign. @throws Error for its signs */
function readByPowerShell(command: string): readonly string[] {
	const words = [...command.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) => word);
	return words.map((word) => {
		const outside = word.replace(/'[^']*'|"[^"$`]*"/g, "");
		if (/["'`$(){};,|&<>]/.test(outside) || /^[@#]/.test(word)) {
			throw new Error(`PowerShell takes a sign for itself: ${command}`);
		}
		return word.replace(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double);
	});
}

/** PowerShell before 7.3 puts quotes around a word with a space, and hands on those within as they are. */
export function wordsOfWindowsPowerShell(command: string): readonly string[] {
	return splitByWindows(
		readByPowerShell(command)
			.map((word) => (/\s/.test(word) ? `"${word}"` : word))
			.join(" "),
	);
}

/** PowerShell from 7.3 on hands on each word whole. */
export const wordsOfPowerShell = (command: string): readonly string[] => readByPowerShell(command);
