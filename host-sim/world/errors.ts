/** The user's input is wrong: an option or a file. One line, what is wrong and what is right. */
export class InputError extends Error {
	override readonly name = "InputError";
}

/** A text of the user's in quotes, cut at 40 characters, on one line and without control characters. */
export const quote = (text: string): string =>
	JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text).replace(
		// JSON leaves these as they are; U+009B starts a terminal's escape sequence.
		/[\u007F-\u009F\u2028\u2029]/g,
		(character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
	);
