/** The top of the scale that telemetry uses, whatever the ADC: 10 bits, as on the Wio Terminal. */
export const FULL_SCALE = 1023;

/**
 * A reading of an ADC with `resolution` bits (1 to 32), on the scale of 0 to 1023; so that one
 * threshold means the same on every board.
 */
export function scaleReading(reading: number, resolution: number): number {
	return resolution === 10 ? reading : Math.round((reading * FULL_SCALE) / (2 ** resolution - 1));
}
