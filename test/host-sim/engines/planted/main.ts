/**
 * `npm run planted:image`: plants each mistake in a copy of the project, and looks whether the tests of the ARM image
 * find it. Takes some minutes. With a word, only those with it in their name.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { TreeCopy } from "../../../support/tree-copy.js";
import { readMistakes } from "./mistakes.js";

const SOURCES = [
	...["firmware", "host-sim", "server", "test", "package.json", "tsconfig.json", "manifest.json"],
	"vitest.config.ts",
];
/** Without a mistake they pass. */
const TESTS = ["arm", "trace"].map((name) => `test/host-sim/engines/${name}`);
/** The engine, which no mistake is in, is compiled once. */
const CACHE = fileURLToPath(new URL("../../../../node_modules/.cache/nightlight", import.meta.url));

/** The first test that fails with a mistake; `undefined` when all pass. */
function foundBy(patch: string): string | undefined {
	const copy = new TreeCopy("planted-image", SOURCES);
	try {
		copy.patch(patch);
		const env = { ...process.env, NIGHTLIGHT_CACHE: CACHE, NIGHTLIGHT_LANE: "all", NO_COLOR: "1" };
		const words = ["run", "--bail=1", ...TESTS];
		const command = join(copy.folder, "node_modules/.bin/vitest");
		const { status, stdout, stderr } = spawnSync(command, words, { cwd: copy.folder, env, encoding: "utf8" });
		if (status === 0) return undefined;
		// Without a test that fails, the image could not even be made.
		return /FAIL\s+(.*)/.exec(stderr)?.[1] ?? /Error: (.*)/.exec(stdout + stderr)?.[1] ?? "no test ran";
	} finally {
		copy.remove();
	}
}

const [word = ""] = process.argv.slice(2);
const withoutMistake = foundBy("");
if (withoutMistake !== undefined) {
	process.stderr.write(`error: the tests fail without a mistake, too: ${withoutMistake}\n`);
	process.exit(1);
}
for (const { name, patch } of readMistakes().filter((mistake) => mistake.name.includes(word))) {
	const found = foundBy(patch);
	process.stdout.write(`${name}: ${found ?? "not found"}\n`);
	if (found === undefined) process.exitCode = 1;
}
