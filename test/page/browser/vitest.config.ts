import { defineConfig } from "vitest/config";

/** The page in a real browser, `npm run test:page`. */
export default defineConfig({
	test: {
		include: ["test/page/browser/*.browser.ts"],
		// A browser and the programs beside it want the processor for themselves.
		fileParallelism: false,
		testTimeout: 60_000,
		hookTimeout: 60_000,
		expect: { poll: { timeout: 10_000 } },
		reporters: ["default", "./test/support/count-reporter.ts"],
	},
});
