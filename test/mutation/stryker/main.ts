/**
 * What `npm run mutate` runs once Stryker is installed: tries each mutant of the sources on the tests, and writes
 * the figures into docs/mutation-testing.md. With names of files only those are mutated, and nothing is written;
 * `--again` tries only what has changed since the last time.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Stryker } from "@stryker-mutator/core";
import { GROUPS, type Group } from "../groups.js";
import { refresh } from "../page.js";
import { type Explanation, explanationOf, type Report, survivorsOf } from "../results.js";

const CONFIG = "test/mutation/stryker.config.json";
const RESULTS = ".mutation/incremental.json";
const REPORT = ".mutation/report.json";
const EXPLANATIONS = "test/mutation/explained.json";
const PAGE = "docs/mutation-testing.md";

/** The folder whose survivors must be explained. */
const EXPLAINED = "firmware/mqtt/";

const read = <T>(file: string): T => JSON.parse(readFileSync(file, "utf8")) as T;

/** Tries the mutants of a group on its own tests; what comes later knows the results. */
async function tryGroup({ mutate, tests }: Group): Promise<void> {
	process.env.MUTATION_TESTS = tests.join(" ");
	const thresholds = { high: 100, low: 0, break: null };
	await new Stryker({ configFile: CONFIG, mutate: [...mutate], thresholds }).runMutationTest();
	delete process.env.MUTATION_TESTS;
}

/** Tries all mutants afresh, on all tests in the end, and says how many minutes that took. */
async function tryAll(): Promise<number> {
	const start = Date.now();
	rmSync(RESULTS, { force: true });
	for (const group of GROUPS) await tryGroup(group);
	await new Stryker({ configFile: CONFIG }).runMutationTest();
	return Math.ceil((Date.now() - start) / 60_000);
}

/** Shows the survivors that nothing explains. */
function showOpen(report: Report, explanations: readonly Explanation[]): void {
	const open = survivorsOf(report).filter((survivor) => !explanationOf(survivor, explanations));
	for (const { file, line, original, replacement } of open) {
		console.log(`${file}: ${line}\n  ${original} → ${replacement}`);
	}
	if (open.some(({ file }) => file.startsWith(EXPLAINED))) process.exitCode = 1;
}

async function main(): Promise<void> {
	const { values, positionals } = parseArgs({
		options: { again: { type: "boolean" } },
		allowPositionals: true,
	});
	const explanations = read<Explanation[]>(EXPLANATIONS);
	let minutes: number | undefined;
	if (positionals.length > 0) {
		await new Stryker({ configFile: CONFIG, mutate: positionals, force: true }).runMutationTest();
	} else if (values.again) await new Stryker({ configFile: CONFIG }).runMutationTest();
	else minutes = await tryAll();
	const report = read<Report>(REPORT);
	showOpen(report, explanations);
	if (positionals.length > 0) return;
	writeFileSync(PAGE, refresh(readFileSync(PAGE, "utf8"), report, explanations, minutes));
}

await main().catch((error: Error) => {
	console.error(`error: ${error.message}`);
	process.exitCode = 1;
});
