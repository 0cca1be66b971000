/** Which part of a grid is drawn: items from `begin` to before `end`, with empty space before and after, in pixels. */
export interface Window {
	readonly begin: number;
	readonly end: number;
	readonly before: number;
	readonly after: number;
}

/** Rows drawn beyond what is seen, so that a focus or a quick scroll finds something. */
const MORE = 2;

/**
 * The part of a grid that is seen.
 *
 * @param top where the view begins, in pixels from the grid's top; may be negative
 * @param height the view's height
 * @param row a row's height with its gap
 */
export function windowOf(count: number, columns: number, row: number, top: number, height: number): Window {
	const rows = Math.ceil(count / columns);
	const first = Math.min(rows, Math.max(0, Math.floor(top / row) - MORE));
	const last = Math.min(rows, Math.max(first, Math.ceil((top + height) / row) + MORE));
	return {
		begin: Math.min(count, first * columns),
		end: Math.min(count, last * columns),
		before: first * row,
		after: (rows - last) * row,
	};
}

/** How many columns of at least `least` pixels, with `gap` between them, fit. */
export const columnsIn = (width: number, least: number, gap: number): number =>
	Math.max(1, Math.floor((width + gap) / (least + gap)));
