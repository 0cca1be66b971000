/** Figures of a process at a moment, by name: bytes, or how many there are. */
export type Sample = Readonly<Record<string, number>>;

/** How far a figure may be above what it was at first. */
export type Limits = Readonly<Record<string, number>>;

const median = (values: readonly number[]): number =>
	[...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

/**
 * Looks for what grows: the medians of the first and the last third of the samples are compared. What happens once,
 * such as compiling, belongs before the first sample.
 * @param samples at least 3
 * @returns a line for each figure that `limits` names, and whether all keep within them
 */
export function growth(samples: readonly Sample[], limits: Limits): { lines: string[]; isWithin: boolean } {
	if (samples.length < 3) throw new RangeError(`${samples.length} samples; growth needs at least 3`);
	const third = Math.floor(samples.length / 3);
	let isWithin = true;
	const lines = Object.entries(limits).map(([name, limit]) => {
		const values = samples.map((sample) => sample[name] as number);
		const [first, last] = [median(values.slice(0, third)), median(values.slice(-third))];
		const keeps = last - first <= limit;
		isWithin &&= keeps;
		return `${name}: ${first} at first, ${last} at last, at most ${limit} more${keeps ? "" : ": GROWS"}`;
	});
	return { lines, isWithin };
}
