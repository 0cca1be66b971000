import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readBudgets } from "./budgets.js";
import { withFigures } from "./docs.js";

it("puts figures into the tables of the document, and nowhere else", () => {
	const document = readFileSync("docs/engines.md", "utf8");
	const budgets = readBudgets();
	const text = withFigures(document, budgets);
	expect(text).toContain(
		`| a telemetry cycle, QoS 0 | ${budgets.arm.compiled.instructions.telemetryQos0.toLocaleString("en")} |`,
	);
	const outside = (all: string): string => all.replace(/<!-- (\w+) -->[\s\S]*?<!-- \/\1 -->/g, "");
	expect(outside(text)).toBe(outside(document));
	expect(withFigures(text, budgets)).toBe(text);
});
