/** What terminals draw two columns wide: East Asian scripts and signs (Unicode's UAX #11, W and F), in ranges of code points. */
const WIDE: readonly (readonly [first: number, last: number])[] = Object.freeze([
	[0x1100, 0x115f],
	[0x2e80, 0x303e],
	[0x3041, 0x33ff],
	[0x3400, 0x4dbf],
	[0x4e00, 0x9fff],
	[0xa000, 0xa4cf],
	[0xa960, 0xa97c],
	[0xac00, 0xd7a3],
	[0xf900, 0xfaff],
	[0xfe10, 0xfe19],
	[0xfe30, 0xfe6f],
	[0xff01, 0xff60],
	[0xffe0, 0xffe6],
	[0x16fe0, 0x18cff],
	[0x1aff0, 0x1b2ff],
	[0x20000, 0x3fffd],
]);

/** Begins with a character that is drawn over the one before it, or not at all. */
const NARROWEST = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]/u;

/** A picture, or a character that is asked to be one. */
const PICTURE = /^\p{Emoji_Presentation}|\ufe0f/u;

/** Marks that have a column of their own, though they belong to the character before them. */
const OWN_COLUMN = /[\uff9e\uff9f]/g;

/** What a reader sees as one character. */
const CHARACTERS = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The most UTF-16 units of a character that is drawn in one column, as far as they are looked at. */
const LONGEST = 16;

function widthOfCharacter(character: string): number {
	if (NARROWEST.test(character)) return 0;
	if (PICTURE.test(character)) return 2;
	const point = character.codePointAt(0) as number;
	if (WIDE.some(([first, last]) => point >= first && point <= last)) return 2;
	return 1 + (character.slice(1).match(OWN_COLUMN)?.length ?? 0);
}

/** The columns that a line takes in a terminal which does not wrap it. */
export function widthOf(text: string): number {
	let width = 0;
	for (const { segment } of CHARACTERS.segment(text)) width += widthOfCharacter(segment);
	return width;
}

/**
 * A line without what does not fit in so many columns; "…" at its end says that something is missing.
 * @param columns from 0
 */
export function cut(text: string, columns: number): string {
	let width = 0;
	/** Where "…" would stand. */
	let end = 0;
	for (const { segment, index } of CHARACTERS.segment(text.slice(0, columns * LONGEST + LONGEST))) {
		const more = widthOfCharacter(segment);
		if (width + more > columns) return columns === 0 ? "" : `${text.slice(0, end)}…`;
		width += more;
		if (width < columns) end = index + segment.length;
	}
	return text.slice(0, columns * LONGEST + LONGEST);
}
