/** `npm run soak`, see `USAGE`: exits with 1 if something was lost, doubled or reordered that must not be. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mosquitto } from "../support/requires.js";
import { readOptions, type SoakOptions, USAGE } from "./options.js";
import { figuresOf } from "./report.js";
import { circumstances, refresh } from "./results.js";
import { soak } from "./run.js";

function optionsOrExit(): SoakOptions {
	try {
		return readOptions(process.argv.slice(2));
	} catch (error) {
		process.stderr.write(`${(error as Error).message}\n${USAGE}`);
		return process.exit(2);
	}
}

const options = optionsOrExit();
if (!mosquitto.isThere()) {
	process.stderr.write(`${mosquitto.name} is missing: ${mosquitto.install}\n`);
	process.exit(2);
}
const outcome = await soak(options, (line) => process.stderr.write(`${line}\n`));
const figures = figuresOf(options, outcome);
process.stdout.write(`${figures.join("\n")}\n`);
const problems = outcome.problems.slice(0, 40);
for (const line of problems) process.stdout.write(`${line}\n`);
if (outcome.folder !== undefined) process.stdout.write(`kept: ${outcome.folder}\n`);
if (options.results !== undefined) {
	const words = process.argv
		.slice(2)
		.filter((word, index, all) => word !== "--results" && all[index - 1] !== "--results");
	const page = existsSync(options.results) ? readFileSync(options.results, "utf8") : "";
	writeFileSync(
		options.results,
		refresh(page, `npm run soak -- ${words.join(" ")}`, [
			`${circumstances()}.`,
			"",
			...figures,
			"",
			...problems,
		]),
	);
}
if (problems.length > 0) process.exitCode = 1;
process.exit();
