import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../house/firmware-files.js";
import { fitsSchema, rulesOf } from "./support.js";

const read = (...path: readonly string[]) => readFileSync(join(ROOT, ...path), "utf8");

describe("a rule file that is shown", () => {
	const blocks = [...read("docs", "rules.md").matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text]) => ({
		name: "in docs/rules.md",
		text: text as string,
	}));
	const examples = readdirSync(join(ROOT, "examples"))
		.filter((name) => name.endsWith(".yaml"))
		.map((name) => ({ name: `examples/${name}`, text: read("examples", name) }));

	it.each([...blocks, ...examples])("is one: $name", ({ text }) => {
		expect(rulesOf(text).rules.length).toBeGreaterThan(0);
		expect(fitsSchema(text)).toBe(true);
	});

	it("is there", () => {
		expect([blocks.length, examples.length]).toEqual([1, 2]);
	});
});
