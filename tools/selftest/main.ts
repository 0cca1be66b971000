/** `npm run selftest-code -- CODE`: says what a self-test's code means, a line a check; ends with 2 when it is no code. */
import { readCode } from "./code.js";

const read = readCode(process.argv[2] ?? "");
if (read.kind === "wrong") {
	process.stderr.write(`${read.reason}\n`);
	process.exitCode = 2;
} else {
	for (const [index, { check, character, isGood, meaning }] of read.places.entries()) {
		const verdict = isGood ? "good" : character === "Z" ? "none" : "BAD ";
		const words = meaning === "" ? "" : `  ${meaning}`;
		process.stdout.write(`${String(index + 1).padStart(2)} ${character} ${verdict}${words} (${check})\n`);
	}
}
