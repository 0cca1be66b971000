import type { Reporter, TestModule } from "vitest/node";

/**
 * Says what was skipped and why, and closes a run with one line that any tool can read:
 * `N passed, N failed, N skipped`.
 */
export default class CountReporter implements Reporter {
	onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
		const counts = { passed: 0, failed: unhandled.length, skipped: 0 };
		for (const module of modules) {
			// A file that cannot be loaded has no tests to fail.
			if (module.state() === "failed" && module.errors().length > 0) counts.failed++;
			for (const test of module.children.allTests()) {
				const { state } = test.result();
				if (state !== "pending") counts[state]++;
				if (state === "skipped" && test.name.includes("is missing: "))
					process.stdout.write(`\nSkipped: ${test.fullName}\n`);
			}
		}
		process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
	}
}
