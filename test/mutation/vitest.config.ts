import { defineConfig } from "vitest/config";
import { CheapestFirst } from "./cheapest-first.js";

/** The tests that need neither an engine nor a process. */
const ALL = ["test/firmware/{mqtt,connectivity}/*.test.ts", "test/firmware/app.test.ts"];

/** The tests that a mutant is tried on: those named in MUTATION_TESTS, or all. */
export default defineConfig({
	test: {
		include: process.env.MUTATION_TESTS?.split(" ") ?? ALL,
		setupFiles: ["./test/support/seed.ts", "./test/mutation/no-shrinking.ts"],
		// A worker for each file would take twice as long; no test leaves anything to the next.
		isolate: false,
		testTimeout: 20_000,
		sequence: { sequencer: CheapestFirst },
	},
});
