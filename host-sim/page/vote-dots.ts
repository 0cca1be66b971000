import type { RuleView, VoteView } from "../web/protocol.js";

/** A vote as a dot, in pixels from the drawing's left and above its base. */
export interface Dot {
	readonly vote: VoteView;
	readonly x: number;
	readonly y: number;
}

/** Where a rule's values go. */
export interface VoteScale {
	readonly from: number;
	readonly to: number;
	/** The place of a value, in pixels. */
	readonly x: (value: number) => number;
}

/** Pixels: of a dot with its gap; left free at both ends. */
export const DOT = 8;
const MARGIN = 12;

/** The scale on which all values and limits of a rule have room. @param width of the drawing in pixels */
export function scaleOf({ votes, test }: Pick<RuleView, "votes" | "test">, width: number): VoteScale {
	const values = votes.flatMap(({ value }) => value ?? []);
	const marks = [...values, test.below, test.below + test.hysteresis];
	const least = marks.reduce((low, value) => Math.min(low, value));
	const most = marks.reduce((high, value) => Math.max(high, value));
	// A limit alone is in the middle; else a tenth is free at both ends.
	const room = most > least ? (most - least) / 10 : Math.max(1, Math.abs(most) / 10);
	const [from, to] = [least - room, most + room];
	const span = Math.max(1, width - 2 * MARGIN);
	return { from, to, x: (value) => MARGIN + ((value - from) / (to - from)) * span };
}

/**
 * The votes as dots: those at the same place are stacked. Sensors without a value have none.
 * @param height pixels that a stack has; a higher one is pressed together
 */
export function dotsOf(votes: readonly VoteView[], scale: VoteScale, height: number): readonly Dot[] {
	const columns = new Map<number, VoteView[]>();
	for (const vote of votes) {
		if (vote.value === undefined) continue;
		const column = Math.round(scale.x(vote.value) / DOT);
		const stack = columns.get(column);
		if (stack === undefined) columns.set(column, [vote]);
		else stack.push(vote);
	}
	return [...columns].flatMap(([column, stack]) => {
		const step = Math.min(DOT, (height - DOT) / Math.max(1, stack.length - 1));
		const x = stack.length === 1 ? scale.x((stack[0] as VoteView).value as number) : column * DOT;
		return stack.map((vote, index) => ({ vote, x, y: DOT / 2 + index * step }));
	});
}
