import { describe, expect, it } from "vitest";
import { lineFor } from "../../../host-sim/cli/simulate-report.js";
import { NO_FAULTS } from "../../../host-sim/simulation/faults/rates.js";

describe("the line that runs a world again", () => {
	const world = { seed: 4, hours: 0.5, devices: ["d2", "d3"], faults: NO_FAULTS };
	const begin = "nightlight simulate --seed 4 --hours 0.5 --devices d2,d3";

	it.each([
		{ faults: "default", only: undefined, line: `${begin} --faults default` },
		{ faults: "default", only: [], line: `${begin} --faults none` },
		{ faults: "default", only: ["reset:d2:1"], line: `${begin} --faults default --only reset:d2:1` },
		{ faults: "/tmp/a-b_c.json", only: undefined, line: `${begin} --faults /tmp/a-b_c.json` },
		{ faults: "my faults.json", only: undefined, line: `${begin} --faults 'my faults.json'` },
		{ faults: "it's $1.json", only: undefined, line: `${begin} --faults 'it'\\''s $1.json'` },
	])("is $line", ({ faults, only, line }) => {
		expect(lineFor({ ...world, only }, { faults })).toBe(line);
	});
});

it("names the configuration and the sources of a world", () => {
	const sensor = new Map([["humidity", "csv:my room.csv"]]);
	const given = { faults: "none", config: "room.json", light: "day:60", sensor };
	expect(lineFor({ seed: 1, hours: 1, devices: 3, faults: NO_FAULTS }, given)).toBe(
		"nightlight simulate --seed 1 --hours 1 --devices 3 --config room.json --light day:60 --sensor 'humidity=csv:my room.csv' --faults none",
	);
});
