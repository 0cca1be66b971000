/** The middle of some figures; of an even number the upper one. */
export function median(figures: readonly number[]): number {
	const sorted = [...figures].sort((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** What two contenders took, round by round in the same run. */
export interface Duel {
	/** Medians over the rounds. */
	readonly ours: number;
	readonly theirs: number;
	/** The median of the rounds' quotients, theirs by ours: what slows the machine down slows both. */
	readonly quotient: number;
}

/** Measures one round of a contender. */
export type Round = () => number | Promise<number>;

/**
 * Has two contenders take turns, `rounds` times each, the one first that came second before.
 * @param warmUp rounds at the beginning that do not count
 */
export async function duel(ours: Round, theirs: Round, rounds: number, warmUp: number): Promise<Duel> {
	const figures: { ours: number; theirs: number }[] = [];
	for (let round = 0; round < warmUp + rounds; round++) {
		const first = round % 2 === 0 ? await ours() : await theirs();
		const second = round % 2 === 0 ? await theirs() : await ours();
		if (round < warmUp) continue;
		figures.push(round % 2 === 0 ? { ours: first, theirs: second } : { ours: second, theirs: first });
	}
	return {
		ours: median(figures.map((figure) => figure.ours)),
		theirs: median(figures.map((figure) => figure.theirs)),
		quotient: median(figures.map((figure) => figure.theirs / figure.ours)),
	};
}
