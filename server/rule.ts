/** The light level below which the LED is switched on, when nothing else is said. */
export const DEFAULT_THRESHOLD = 300;

/** A command to a nightlight. */
export interface Command {
	readonly led_on: boolean;
}

/**
 * The lesson's rule: the LED is on below the threshold, and off at it.
 *
 * @param light the level the device measured, in its own unit (0-1023 on a Wio Terminal)
 * @param threshold in the same unit
 */
export const decide = (light: number, threshold: number): Command => ({
	led_on: light < threshold,
});
