/** A finite number as programs write it, with or without exponent; undefined if the text is none. */
export function parseNumber(text: string): number | undefined {
	if (!/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
	const value = Number(text);
	return Number.isFinite(value) ? value : undefined;
}
