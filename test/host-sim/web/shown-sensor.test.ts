import { describe, expect, it } from "vitest";
import { ShownSensor } from "../../../host-sim/web/shown-sensor.js";

describe("what the page calls a device's light", () => {
	it.each([
		{ name: "is its light", readings: [{ humidity: 40, light: 5 }, { light: 6 }], shown: [5, 6] },
		{
			name: "is its first sensor, without one",
			readings: [{ hall: 18, bedroom: 20 }, { bedroom: 21 }, { hall: 19 }],
			shown: [18, undefined, 19],
		},
		{ name: "is no number of the message", readings: [{ time: 5, seq: 1, base: 1, hall: 18 }], shown: [18] },
		{
			name: "is nothing where nothing is a number",
			readings: [{ hall: "18" }, { hall: null, bedroom: 20 }],
			shown: [undefined, 20],
		},
		{
			name: "is the sensor that is named",
			sensor: "bedroom",
			readings: [{ hall: 18, bedroom: 20 }, { hall: 18 }],
			shown: [20, undefined],
		},
	])("$name", ({ sensor, readings, shown }) => {
		const it = new ShownSensor(sensor);
		expect(readings.map((reading) => it.read(reading))).toEqual(shown);
	});
});
