import { join } from "node:path";
import { rangeOf } from "../../host-sim/cli/config-annotated.js";
import { NOTES } from "../../host-sim/cli/config-notes.js";
import { configSchema, type JsonSchema } from "../../host-sim/cli/config-schema.js";
import { ROOT } from "../house/firmware-files.js";

export const PAGE = join(ROOT, "docs/configuration.md");

/** Between these lines the page is written by `npm run config-docs`. */
const START = "<!-- keys: written by npm run config-docs -->";
const END = "<!-- end of keys -->";

/** The page with a table of the keys as they are. */
export function withKeys(page: string): string {
	const start = page.indexOf(START) + START.length;
	return `${page.slice(0, start)}\n\n${table()}\n\n${page.slice(page.indexOf(END))}`;
}

const table = (): string =>
	["| key | default | values | |", "| --- | --- | --- | --- |", ...rowsOf(configSchema(), "")].join("\n");

function rowsOf(schema: JsonSchema, parent: string): string[] {
	const { properties = {} } = schema as { properties?: Record<string, JsonSchema> };
	return Object.entries(properties).flatMap(([name, inner]) => {
		const key = parent + name;
		if (inner.minProperties !== undefined) return [rowOf(key, inner)];
		if (inner.type === "object") return rowsOf(inner, `${key}.`);
		return [rowOf(key, inner), ...rowsOf((inner.items ?? {}) as JsonSchema, `${key}.0.`)];
	});
}

function rowOf(key: string, schema: JsonSchema): string {
	const fallback = schema.default === undefined ? "" : `\`${JSON.stringify(schema.default)}\``;
	const values = schema.minProperties === undefined ? rangeOf(schema)?.replace(/\.$/, "") : "a reference";
	// A dot and a number mean an item of a list.
	const cells = [`\`${key.replace(/\.0\./, "[].")}\``, fallback, values, NOTES[key]?.note];
	return `| ${cells.map((cell) => (cell ?? "").replaceAll("|", "\\|")).join(" | ")} |`;
}
