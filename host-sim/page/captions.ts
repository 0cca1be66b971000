/** What is written over a span of pixels. */
export interface Caption {
	readonly from: number;
	readonly to: number;
	readonly text: string;
}

/** Pixels of the shortest span that has room for its words. */
const LEGIBLE = 72;

/**
 * Captions of spans where they fit, each in the first row that is free over its whole span.
 * @param taken what stands in the row 0
 */
export function captions(
	spans: readonly Caption[],
	taken: readonly Pick<Caption, "from" | "to">[],
): readonly (Caption & { readonly row: number })[] {
	const rows: Pick<Caption, "from" | "to">[][] = [[...taken]];
	return spans
		.filter(({ from, to }) => to - from > LEGIBLE)
		.map((span) => {
			const isFree = (row: (typeof rows)[number]) =>
				row.every(({ from, to }) => to <= span.from || from >= span.to);
			const found = rows.findIndex(isFree);
			const row = found < 0 ? rows.length : found;
			rows[row] = [...(rows[row] ?? []), span];
			return { ...span, row };
		});
}
