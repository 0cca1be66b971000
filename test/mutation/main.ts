/**
 * `npm run mutate`: tries each mutant of the sources on the tests, and writes the figures into
 * docs/mutation-testing.md. With names of files only those are mutated, and nothing is written;
 * `--again` tries only what has changed since the last time.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Stryker } from "@stryker-mutator/core";
import { refresh } from "./page.js";
import { type Explanation, explanationOf, type Report, survivorsOf } from "./results.js";

const CONFIG = "test/mutation/stryker.config.json";
const REPORT = ".mutation/report.json";
const EXPLANATIONS = "test/mutation/explained.json";
const PAGE = "docs/mutation-testing.md";

/** The folder whose survivors must be explained. */
const EXPLAINED = "firmware/mqtt/";

const read = <T>(file: string): T => JSON.parse(readFileSync(file, "utf8")) as T;

async function main(): Promise<void> {
	const { values, positionals } = parseArgs({
		options: { again: { type: "boolean" } },
		allowPositionals: true,
	});
	const start = Date.now();
	await new Stryker({
		configFile: CONFIG,
		incremental: values.again ?? false,
		...(positionals.length > 0 && { mutate: positionals }),
	}).runMutationTest();
	const minutes = Math.ceil((Date.now() - start) / 60_000);
	const report = read<Report>(REPORT);
	const explanations = read<Explanation[]>(EXPLANATIONS);
	const open = survivorsOf(report).filter((survivor) => !explanationOf(survivor, explanations));
	for (const { file, line, original, replacement } of open) {
		console.log(`${file}: ${line}\n  ${original} → ${replacement}`);
	}
	if (open.some(({ file }) => file.startsWith(EXPLAINED))) process.exitCode = 1;
	if (positionals.length > 0) return;
	writeFileSync(PAGE, refresh(readFileSync(PAGE, "utf8"), report, explanations, minutes));
}

await main().catch((error: Error) => {
	console.error(`error: ${error.message}`);
	process.exitCode = 1;
});
