import { defineConfig } from "vitest/config";

/** The slow lane, `npm run test:brokers`: the brokers that others run, one file each. */
export default defineConfig({
	test: {
		include: ["test/brokers/*.brokers.ts"],
		// A broker mostly waits, whatever the number of processors.
		maxWorkers: 4,
		testTimeout: 60_000,
		hookTimeout: 90_000,
		reporters: ["default", "./test/support/count-reporter.ts"],
	},
});
