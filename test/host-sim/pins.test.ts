import fc from "fast-check";
import { describe, expect, it } from "vitest";
import WIO_TERMINAL from "../../firmware/boards/cortex-m4/pins.js";
import ESP32 from "../../firmware/boards/esp32/pins.js";
import { simulatedPins } from "../../host-sim/pins.js";

describe("a simulated board", () => {
	it.each([
		{ inputs: [], pins: { led: 0 } },
		{ inputs: ["light"], pins: { led: 0, light: 27 } },
		{ inputs: ["light", "humidity", "soil"], pins: { led: 0, light: 27, humidity: 1, soil: 2 } },
		{ inputs: ["humidity", "A1", "A3", "soil"], pins: { led: 0, humidity: 2, A1: 1, A3: 3, soil: 4 } },
	])("has for $inputs the pins of a Wio Terminal", ({ inputs, pins }) => {
		expect(simulatedPins(inputs)).toEqual(pins);
	});

	it("has a pin for each name, and the board's own for the board's names", () => {
		const name = fc.oneof(
			fc.constantFrom(...Object.keys(WIO_TERMINAL), "__proto__", "toString"),
			fc.stringMatching(/^[-\w.]{1,8}$/),
		);
		fc.assert(
			fc.property(fc.uniqueArray(name, { maxLength: 16 }), (inputs) => {
				const pins = Object.entries(simulatedPins(inputs));
				expect(new Set(pins.map(([one]) => one))).toEqual(new Set(["led", ...inputs]));
				expect(new Set(pins.map(([, number]) => number)).size).toBe(pins.length);
				const own = new Map<string, number>(Object.entries(WIO_TERMINAL));
				for (const [one, number] of pins) {
					expect(number).toBe(own.get(one) ?? number);
					expect(Number.isInteger(number) && number >= 0 && number <= 0xffff).toBe(true);
				}
			}),
		);
	});
});

it.each([
	["the Wio Terminal", WIO_TERMINAL],
	["an ESP32", ESP32],
])("the pins of %s are the LED's, the light's and others, each a number of its own", (_, pins) => {
	expect(Object.keys(pins)).toEqual(expect.arrayContaining(["led", "light"]));
	expect(new Set(Object.values(pins)).size).toBe(Object.keys(pins).length);
});
