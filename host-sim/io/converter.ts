/** What a sensor measures at no voltage and at full scale, in its unit; the maximum above the minimum. */
export interface Range {
	readonly minimum: number;
	readonly maximum: number;
}

/** Bits of a converter, and those of one for ranges that have more values than it has steps. */
const [USUAL, FINE] = [10, 24];

/**
 * Bits of a simulated analog-to-digital converter: 10, as the Wio Terminal's, or 24 if one of the ranges
 * has more than 1,024 values. So each whole number of a range is read as it is.
 */
export const resolutionFor = (ranges: readonly Range[]): number =>
	ranges.every(({ minimum, maximum }) => maximum - minimum < 2 ** USUAL) ? USUAL : FINE;

/** The voltage of a sensor that measures `value`, as a fraction of full scale. */
export const fractionOf = (value: number, { minimum, maximum }: Range): number =>
	(value - minimum) / (maximum - minimum);
