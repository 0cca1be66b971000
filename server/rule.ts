/** The light level below which the LED is switched on, when nothing else is said. */
export const DEFAULT_THRESHOLD = 300;

/** A command to a nightlight. */
export interface Command {
	readonly led_on: boolean;
	/** Who decided, if it was not the rule. */
	readonly by?: "hand";
}

/** When the LED is on. Both in the unit of the light: 0-1023 on a Wio Terminal. */
export interface Rule {
	readonly threshold: number;
	/** How far above the threshold it must be before the LED goes off again; 0 or more. */
	readonly hysteresis: number;
}

/**
 * The lesson's rule: the LED is on below the threshold, and off at it. With a
 * hysteresis it is off at threshold + hysteresis, and between the two it stays
 * as it is: so a light that trembles around the threshold does not switch it
 * again and again.
 *
 * @param light the level the device measured
 * @param wasOn what the last command to this device said; false before the first one
 */
export const decide = (light: number, { threshold, hysteresis }: Rule, wasOn: boolean): Command => ({
	led_on: light < threshold || (wasOn && light < threshold + hysteresis),
});
