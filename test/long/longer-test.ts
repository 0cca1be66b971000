import { spawnSync } from "node:child_process";

/**
 * Runs one test of the usual lanes for longer than there: `FILE NAME VARIABLE AMOUNT`. The test, of which there must be one
 * in the file whose name matches NAME, reads the amount from the environment.
 */
const [file = "", name = "", variable = "", amount = ""] = process.argv.slice(2);
const { status, stdout } = spawnSync(
	process.execPath,
	["node_modules/vitest/vitest.mjs", "run", file, "--testNamePattern", name],
	{
		...{ encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
		env: { ...process.env, NO_COLOR: "1", NIGHTLIGHT_LANE: "all", [variable]: amount },
	},
);
process.stdout.write(stdout);
// Where no test has this name, all are skipped, and that is no failure to vitest.
const hasRun = /^1 passed, 0 failed/m.test(stdout);
if (!hasRun) process.stderr.write(`${file}: no test with "${name}" has passed\n`);
process.exitCode = hasRun ? (status ?? 1) : 1;
