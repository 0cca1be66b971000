import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Tests that leave nothing behind in their process. */
const TIDY = [
	"test/{configuration,conformance,events,firmware,fuzz,house,page,server}/**/*.test.ts",
	"test/host-sim/**/*.test.ts",
];

/** With NIGHTLIGHT_LANE=all it is the lane of `.ci/run`; without, that of `npm test` (docs/testing.md). */
export default defineConfig({
	test: {
		projects: [
			// They share processes: a new one for each file, and loading the sources there, takes as long as the tests.
			{ extends: true, test: { name: "tidy", include: TIDY, isolate: false } },
			{ extends: true, test: { name: "others", include: ["test/**/*.test.ts"], exclude: TIDY } },
		],
		env: { NODE_ENV: "test" },
		// A test that runs a program waits while that works: vitest's default leaves a core idle.
		maxWorkers: Math.max(2, availableParallelism()),
		testTimeout: 20_000,
		hookTimeout: 20_000,
		// A machine may be busy with other things: what is waited for may take its time.
		expect: { poll: { timeout: 10_000 } },
		globalSetup: ["./test/support/build-engines.ts"],
		setupFiles: ["./test/support/seed.ts"],
		// Names of tests in full, with the statements they show.
		chaiConfig: { truncateThreshold: 200 },
		reporters: ["default", "./test/support/count-reporter.ts"],
		coverage: {
			provider: "v8",
			include: ["firmware/{mqtt,connectivity,websocket}/**/*.ts"],
			exclude: ["test/**"],
			reporter: ["text"],
			// Percent of the branches; what is there may fall no lower.
			thresholds: {
				"firmware/mqtt/**": { branches: 98 },
				"firmware/connectivity/**": { branches: 97 },
				"firmware/websocket/**": { branches: 97 },
			},
		},
	},
});
