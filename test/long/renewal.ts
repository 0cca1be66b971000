import { spawnSync } from "node:child_process";

/** Runs the test of a token that is renewed each 5 s, for the seconds that the command line says. */
const [seconds = "300"] = process.argv.slice(2);
const { status, stdout } = spawnSync(
	process.execPath,
	[
		...["node_modules/vitest/vitest.mjs", "run", "test/e2e/azure-iot-hub.test.ts"],
		...["--testNamePattern", "when the token is renewed"],
	],
	{
		...{ encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
		env: {
			...process.env,
			NO_COLOR: "1",
			NIGHTLIGHT_LANE: "all",
			NIGHTLIGHT_RENEWAL_SECONDS: seconds,
		},
	},
);
process.stdout.write(stdout);
// Where no test has this name, all are skipped, and that is no failure to vitest.
const hasRun = /^1 passed, 0 failed/m.test(stdout);
if (!hasRun) process.stderr.write("the test of the renewal did not run, or failed\n");
process.exitCode = hasRun ? (status ?? 1) : 1;
