/** The top of the default scale: 10 bits, as on the Wio Terminal. */
export const FULL_SCALE = 1023;

/** The range of a sensor, in its unit: whole numbers, the maximum above the minimum. */
export interface Range {
	readonly minimum: number;
	readonly maximum: number;
}

/**
 * A reading of an ADC with `resolution` bits (1 to 32) in the sensor's unit: its fraction of full scale
 * lies between `minimum` and `maximum`; rounded to a whole number. So one threshold means the same on
 * every board.
 */
export function scaleReading(reading: number, resolution: number, range: Range): number {
	// Then it is the same number, without arithmetic.
	if (resolution === 10 && range.minimum === 0 && range.maximum === FULL_SCALE) return reading;
	const span = range.maximum - range.minimum;
	return range.minimum + Math.round((reading * span) / (0xffff_ffff >>> (32 - resolution)));
}
