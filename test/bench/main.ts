import { readFileSync, writeFileSync } from "node:fs";
import { arm } from "./arm.js";
import { codec } from "./codec.js";
import { day } from "./day.js";
import { fleet } from "./fleet.js";
import { loop } from "./loop.js";
import { memory } from "./memory.js";
import { often } from "./often.js";
import { type Bench, table, withTable } from "./report.js";

/** All, in the order of RESULTS.md. */
const BENCHES: readonly Bench[] = [codec, loop, memory, arm, day, fleet, often];
const RESULTS = new URL("RESULTS.md", import.meta.url);

const words = process.argv.slice(2);
const isToWrite = words.includes("--write");
const names = words.filter((word) => word !== "--write");
const known = BENCHES.map(({ name }) => name);
const unknown = names.filter((name) => !known.includes(name));
if (unknown.length > 0) {
	process.stderr.write(`no benchmark "${unknown.join('", "')}"; there are: ${known.join(", ")}\n`);
	process.exit(2);
}
for (const bench of BENCHES) {
	if (names.length > 0 && !names.includes(bench.name)) continue;
	try {
		const text = table(bench, await bench.run(1));
		process.stdout.write(`${bench.name}\n\n${text}\n\n`);
		if (isToWrite) writeFileSync(RESULTS, withTable(readFileSync(RESULTS, "utf8"), bench.name, text));
	} catch (error) {
		process.stderr.write(`${bench.name}: not measured: ${error instanceof Error ? error.message : error}\n`);
		process.exitCode = 1;
	}
}
