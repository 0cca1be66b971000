import { appendFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";

/** What `npm test` leaves out. */
const OTHER_LANES = `
This was the quick lane. The others (docs/testing.md):
  bash .ci/run           before a change lands: everything once, with lint, types, brokers, worlds, the page, coverage
  npm run test:all       the tests of that, with those that are long by nature
  npm run test:page      the page in a real Chromium
  npm run test:brokers   device and server on the brokers that others run
  npm run long           seeds by the ten thousand, soak, 10,000 connections, mutation, fuzzing: before a release
`;

/** The file to which each run adds its line, for a sum. Tests that run tests are not part of it. */
const COUNTS = process.env.NIGHTLIGHT_COUNTS;
delete process.env.NIGHTLIGHT_COUNTS;

/**
 * Says what was skipped and why, and closes a run with one line that any tool can read:
 * `N passed, N failed, N skipped`. The line is the last one, behind a table of coverage. Of `npm test` it also says which
 * lanes there are besides.
 */
export default class CountReporter implements Reporter {
	onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
		const counts = { passed: 0, failed: unhandled.length, skipped: 0 };
		for (const module of modules) {
			// A file that cannot be loaded has no tests to fail.
			if (module.state() === "failed" && module.errors().length > 0) counts.failed++;
			// Nor does a `beforeAll` that fails, and its tests are skipped.
			for (const suite of module.children.allSuites()) if (suite.errors().length > 0) counts.failed++;
			for (const test of module.children.allTests()) {
				const { state } = test.result();
				if (state !== "pending") counts[state]++;
				if (state === "skipped" && test.name.includes("is missing: "))
					process.stdout.write(`\nSkipped: ${test.fullName}\n`);
			}
		}
		const lanes = process.env.npm_lifecycle_event === "test" ? OTHER_LANES : "";
		const line = `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
		if (COUNTS !== undefined) appendFileSync(COUNTS, `${line}\n`);
		process.once("exit", () => process.stdout.write(`${lanes}\n${line}\n`));
	}
}
