import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Tests that leave nothing behind in their process. */
const TIDY = [
	"test/{configuration,conformance,events,firmware,fuzz,house,page,server}/**/*.test.ts",
	"test/host-sim/**/*.test.ts",
];

/**
 * Files that take long: what they hold, quicker tests hold for single cases. `npm test` leaves them out, unless files
 * are named; `.ci/run` runs all.
 */
const LONG = [
	"test/azure/sdk.test.ts",
	"test/contributions/contributions.test.ts",
	"test/{bench,budgets,long}/*.test.ts",
	"test/e2e/{broker-options,engine-failures,hub,radio,record,sdk-versions,sensors,simulate,wio-terminal}.test.ts",
	"test/e2e/access/{certificates,up}.test.ts",
	"test/e2e/lesson-page/page.test.ts",
	"test/e2e/{radio-troubles,tears}/*.test.ts",
	"test/fuzz/runner.test.ts",
	"test/host-sim/script.test.ts",
	"test/host-sim/engines/{arm,arm-language,arm-pack,arm-places,arm-strip,flash-seam,key-value-arm}.test.ts",
	"test/host-sim/engines/{late-events,radio,radio-trace,trace}.test.ts",
	"test/host-sim/engines/wio/{image,selftest}.test.ts",
	"test/host-sim/recording/{engines,worlds}.test.ts",
	"test/host-sim/simulation/shrink.test.ts",
	"test/host-sim/web/trouble.test.ts",
	"test/host-sim/wio-terminal/build.test.ts",
	"test/simulation/aedes/worlds.test.ts",
	"test/server/store/kill.test.ts",
	"test/simulation/planted/*.test.ts",
	"test/soak/soak.test.ts",
];
const isWhole =
	process.env.NIGHTLIGHT_LANE === "all" || process.argv.some((word) => word.startsWith("test/"));
// `--exclude` of the command line is not for projects.
const without = process.env.NIGHTLIGHT_WITHOUT ?? "";
const left = [...(isWhole ? [] : LONG), ...(without === "" ? [] : [without])];

/**
 * Take most of a minute each, mostly for programs of their own: among the tidy ones, which come last, they would leave the
 * other cores idle.
 */
const HEAVY = [
	"test/server/store/kill.test.ts",
	"test/host-sim/co-processor/firmware.test.ts",
	"test/host-sim/engines/{radio,radio-trace}.test.ts",
	"test/host-sim/engines/wio/{image,selftest}.test.ts",
];

/** With NIGHTLIGHT_LANE=all it is the lane of `.ci/run`; without, that of `npm test` (docs/testing.md). */
export default defineConfig({
	test: {
		projects: [
			// They share processes: a new one for each file, and loading the sources there, takes as long as the tests.
			{ extends: true, test: { name: "tidy", include: TIDY, exclude: [...HEAVY, ...left], isolate: false } },
			{
				extends: true,
				test: { name: "others", include: ["test/**/*.test.ts"], exclude: [...TIDY, ...left] },
			},
			{ extends: true, test: { name: "heavy", include: HEAVY, exclude: left } },
		],
		env: { NODE_ENV: "test" },
		// A test that runs a program waits while that works: vitest's default leaves cores idle.
		maxWorkers: Math.max(2, Math.floor(availableParallelism() * 1.5)),
		testTimeout: isWhole ? 40_000 : 20_000,
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
