/**
 * `npm run budgets`: measures the budgets and shows what has changed against the committed ones, and
 * which changes of the firmware can be the reason. With `--write` they become the committed ones.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Budgets, measureBudgets } from "./measure.js";

const FILE = fileURLToPath(new URL("./budgets.json", import.meta.url));

const flatten = (budgets: Budgets): Map<string, number> =>
	new Map(
		Object.entries(budgets).flatMap(([name, value]): [string, number][] =>
			typeof value === "number"
				? [[name, value]]
				: Object.entries(value as Record<string, number>).map(([what, count]) => [`${name}.${what}`, count]),
		),
	);

const git = (...words: string[]): string => execFileSync("git", words, { encoding: "utf8" }).trim();

const before = flatten(JSON.parse(readFileSync(FILE, "utf8")) as Budgets);
const measured = await measureBudgets();
let hasChanged = false;
for (const [name, count] of flatten(measured)) {
	const was = before.get(name) ?? 0;
	const change = count - was;
	if (change !== 0) hasChanged = true;
	const shown = change === 0 ? "" : `${change > 0 ? "+" : ""}${change} (was ${was})`;
	console.log(`${name.padEnd(24)}${String(count).padStart(8)}  ${shown}`);
}
if (hasChanged) {
	const since = git("log", "-1", "--format=%h", "--", FILE);
	console.log(`\nChanges of the firmware since ${since || "the beginning"}:`);
	if (since !== "") console.log(git("log", "--oneline", `${since}..`, "--", "firmware"));
	console.log(git("status", "--short", "--", "firmware"));
}
if (process.argv.includes("--write")) writeFileSync(FILE, `${JSON.stringify(measured, null, 2)}\n`);
