/** `npm run conformance`: writes docs/mqtt-conformance.md, or says what is missing for it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../house/firmware-files.js";
import { documentOf, problemsOf } from "./document.js";
import { currentSources, DOCUMENT } from "./sources.js";

async function main(): Promise<void> {
	const sources = await currentSources();
	const problems = problemsOf(sources);
	writeFileSync(join(ROOT, DOCUMENT), documentOf(sources));
	if (problems.length === 0) return;
	process.stderr.write(`${DOCUMENT} has open rows:\n${problems.map((problem) => `  ${problem}\n`).join("")}`);
	process.exitCode = 1;
}

await main();
