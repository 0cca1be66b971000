import { describe, expect, it } from "vitest";
import { type Config, parseConfig } from "../../../firmware/config.js";
import { openInputs } from "../../../host-sim/cli/inputs.js";
import { lively, makeMovable } from "../../../host-sim/cli/movable.js";

function configOf(telemetry: object = {}): Config {
	const parsed = parseConfig({ id: "lamp", broker: { host: "127.0.0.1" }, telemetry });
	if (parsed.kind === "invalid") throw new Error(JSON.stringify(parsed.problems));
	return parsed.config;
}

const HUMIDITY = { name: "humidity", pin: "humidity" };
const LIGHT = { name: "light", pin: "light" };

describe("a device that is watched", () => {
	it.each([
		["looks often, and reports what crosses the threshold", {}, 300, { sample: 100, threshold: 300 }],
		["looks as its configuration says", { sample: 500, threshold: 7 }, 300, { sample: 500, threshold: 7 }],
		["looks no rarer than it reports", { interval: 20 }, 300, { sample: 20 }],
		["rounds a threshold up: it measures whole numbers", {}, 299.5, { threshold: 300 }],
		["has no threshold that is beyond all bounds", {}, 1e9, { threshold: undefined }],
		[
			"has none if its first sensor is another",
			{ sensors: [HUMIDITY, LIGHT] },
			300,
			{ threshold: undefined },
		],
	])("%s", (_, telemetry, threshold, expected) => {
		const config = configOf(telemetry);
		const before = JSON.stringify(config);
		expect(lively(config, threshold).telemetry).toMatchObject(
			"threshold" in expected && expected.threshold === undefined ? {} : expected,
		);
		if ("threshold" in expected)
			expect(lively(config, threshold).telemetry.threshold).toBe(expected.threshold);
		expect(JSON.stringify(config)).toBe(before);
	});
});

describe("the light that a person can move", () => {
	it.each([
		[{}, ["day"], 1023],
		[{ light: "day:5" }, ["day"], 1023],
		[{ light: "100" }, ["constant", "day"], 100],
		[{ light: "100", lightScale: 0.5 }, ["constant", "day"], 50],
	])("comes first from the command line: %o", (given, names, light) => {
		const options = { lightScale: 1, speed: 1, ...given };
		const config = configOf();
		const inputs = openInputs(options, config.telemetry.sensors, { log: () => {} });
		const { inputs: moved, movable } = makeMovable(inputs, options, config);
		expect(movable.sensor).toBe("light");
		expect(movable.source.names).toEqual(names);
		expect(moved.get("light")?.read(0)).toBe(light);
		movable.source.set(7);
		expect(moved.get("light")?.read(0)).toBe(7);
		movable.source.use("day");
		expect(moved.get("light")?.read(0)).toBe(names[0] === "day" || light !== 50 ? 1023 : 512);
	});

	it("is the first sensor's where there is no light", () => {
		const config = configOf({ sensors: [{ ...HUMIDITY, maximum: 100 }] });
		const options = { lightScale: 1, speed: 1 };
		const inputs = openInputs(options, config.telemetry.sensors, { log: () => {} });
		const { movable } = makeMovable(inputs, options, config);
		expect([movable.sensor, movable.source.range]).toEqual(["humidity", { minimum: 0, maximum: 100 }]);
	});
});
