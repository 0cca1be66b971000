/**
 * An ESP32's pins, by GPIO number. High on GPIO 2 is where most development boards light an LED of their
 * own. Analog inputs are those of the first converter, GPIO 32 to 39; the radio has the second one to
 * itself (ESP32 technical reference manual, 29.3). GPIO 34 to 39 are inputs only.
 */
const pins = Object.freeze({ led: 2, light: 34, gpio32: 32, gpio33: 33, gpio35: 35, gpio36: 36, gpio39: 39 });
export default pins;
