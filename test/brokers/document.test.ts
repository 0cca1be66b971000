import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../house/firmware-files.js";
import { configOf } from "../support/virtual/config.js";
import { SCENARIOS } from "./describe-broker.js";
import { FEATURES } from "./features.js";
import { table, withTable } from "./table.js";

const text = readFileSync(join(ROOT, "docs/brokers.md"), "utf8");

describe("docs/brokers.md", () => {
	it("has the table that the records give; `npm run brokers` writes it", () => {
		expect(text).toContain(`\n\n${table}\n\n`);
		expect(withTable(text)).toBe(text);
	});

	it("names settings that there are", () => {
		const config = Object.entries(configOf()).flatMap(([room, settings]) =>
			Object.keys(settings as object).map((key) => `${room}.${key}`),
		);
		const named = [...text.matchAll(/`((?:mqtt|telemetry|commands|reconnect)\.[A-Za-z]+)`/g)];
		expect(named.length).toBeGreaterThan(0);
		for (const [, key] of named) expect(config).toContain(key);
	});
});

it("each feature of a broker is seen in one scenario", () => {
	const seen = SCENARIOS.flatMap(({ features }) => features);
	expect([...seen].sort()).toEqual(Object.keys(FEATURES).sort());
});
