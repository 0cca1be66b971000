import { defineConfig } from "vitest/config";

const FOLDER = "test/page/browser";

/**
 * The page in a real browser, `npm run test:page`: first what it does, two files at a time, as browser and programs
 * mostly wait; then what must be quick, alone.
 */
export default defineConfig({
	test: {
		projects: [
			{
				extends: true,
				test: {
					name: "behaviour",
					include: [`${FOLDER}/*.browser.ts`],
					sequence: { groupOrder: 0 },
					maxWorkers: 2,
				},
			},
			{
				extends: true,
				test: {
					name: "timed",
					include: [`${FOLDER}/*.timed.ts`],
					sequence: { groupOrder: 1 },
					fileParallelism: false,
				},
			},
		],
		testTimeout: 60_000,
		hookTimeout: 60_000,
		expect: { poll: { timeout: 10_000 } },
		reporters: ["default", "./test/support/count-reporter.ts"],
	},
});
