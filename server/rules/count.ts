import type { RuleDefinition } from "./rule-set.js";

/** A vote that counts. */
export interface Vote {
	readonly value: number;
	readonly isOn: boolean;
}

/** What votes come to. */
export interface Count {
	readonly on: number;
	readonly off: number;
	/** Of the values; `undefined` without votes. */
	readonly median: number | undefined;
	/** Whether there are as many votes as the rule needs. */
	readonly isQuorate: boolean;
	/** How the LED should be; `undefined`: as it is. */
	readonly wanted: boolean | undefined;
}

/**
 * The median: the value in the middle, or half-way between the two in the middle.
 * @param values finite ones, in any order
 * @returns `undefined` if there are none
 */
export function medianOf(values: readonly number[]): number | undefined {
	const sorted = Float64Array.from(values).sort();
	const half = sorted.length >> 1;
	const upper = sorted[half];
	if (upper === undefined || sorted.length % 2 === 1) return upper;
	// Halves first: the sum may be too large.
	return (sorted[half - 1] as number) / 2 + upper / 2;
}

/**
 * Counts votes.
 * @param isLit whether the rule's decision is on at present, for the hysteresis of a median
 */
export function countVotes(
	{ test, quorum, otherwise }: Pick<RuleDefinition, "test" | "quorum" | "otherwise">,
	votes: readonly Vote[],
	isLit: boolean,
): Count {
	const on = votes.filter(({ isOn }) => isOn).length;
	const off = votes.length - on;
	const median = medianOf(votes.map(({ value }) => value));
	const isQuorate = votes.length >= quorum;
	if (!isQuorate) {
		const wanted = otherwise === "keep" ? undefined : otherwise === "on";
		return { on, off, median, isQuorate, wanted };
	}
	switch (test.kind) {
		case "median": {
			const limit = isLit ? test.below + test.hysteresis : test.below;
			return { on, off, median, isQuorate, wanted: median !== undefined && median < limit };
		}
		case "atLeast":
			return { on, off, median, isQuorate, wanted: on >= test.count };
	}
}
