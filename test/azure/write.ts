/** `npm run azure-rules`: writes the table of docs/azure-iot-hub.md, or says what is missing for it. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../house/firmware-files.js";
import { currentEvidence, DOCUMENT, problemsOf, withTable } from "./document.js";

const evidence = await currentEvidence();
const path = join(ROOT, DOCUMENT);
writeFileSync(path, withTable(readFileSync(path, "utf8"), evidence));
const problems = problemsOf(evidence);
if (problems.length > 0) {
	process.stderr.write(`${DOCUMENT} has open rows:\n${problems.map((problem) => `  ${problem}\n`).join("")}`);
	process.exitCode = 1;
}
