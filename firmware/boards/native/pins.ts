/** The pin of the LED; sensors follow. */
const LED = 0;

/** Pin numbers by name for a simulated board: the LED's, and one for each sensor of a configuration. */
export function pinsOf(config: {
	readonly telemetry: { readonly sensors: readonly { readonly pin: string }[] };
}): Record<string, number> {
	const pins: Record<string, number> = { led: LED };
	for (const { pin } of config.telemetry.sensors) pins[pin] ??= Object.keys(pins).length;
	return pins;
}
