/**
 * `npm run planted`: looks in which seed each mistake is found, and writes the table in docs/simulation.md.
 * `npm run planted -- 3` looks for the first three, and writes nothing.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { find, SEEDS, seedsFrom } from "./find.js";
import { readMistakes } from "./mistakes.js";
import { PAGE, refresh, rowOf } from "./page.js";

const rows: string[] = [];
const few = process.argv[2] === undefined ? undefined : Number(process.argv[2]);
for (const mistake of readMistakes().slice(0, few)) {
	const found = await find(mistake.patch, seedsFrom(1), mistake.settings, mistake.profile);
	const invariant = found?.failure.invariant;
	console.log(`${mistake.name}: seed ${found?.seed}, ${found?.failure.what}`);
	if (found === undefined || invariant !== mistake.invariant) {
		console.error(
			`error: ${mistake.name}: ${SEEDS} seeds, found by ${invariant}, not by ${mistake.invariant}`,
		);
		process.exitCode = 1;
	} else {
		rows.push(rowOf(mistake, found.seed));
	}
}
if (process.exitCode === undefined && few === undefined)
	writeFileSync(PAGE, refresh(readFileSync(PAGE, "utf8"), rows));
