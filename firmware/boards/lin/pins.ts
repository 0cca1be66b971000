import sensors from "./sensors.js";

const pins: Record<string, number> = { led: 0 };
for (const { pin } of sensors) pins[pin] ??= Object.keys(pins).length;

/** The board's pins: the LED's, and one for each sensor, whatever the configuration calls it. */
export default Object.freeze(pins);
