import { defineConfig } from "vitest/config";
import { CheapestFirst } from "./cheapest-first.js";

/** The tests that a mutant is tried on: those that need neither an engine nor a process. */
export default defineConfig({
	test: {
		include: ["test/firmware/{mqtt,connectivity}/*.test.ts", "test/firmware/app.test.ts"],
		setupFiles: ["./test/support/seed.ts", "./test/mutation/no-shrinking.ts"],
		// A worker for each file would take twice as long; no test leaves anything to the next.
		isolate: false,
		testTimeout: 20_000,
		sequence: { sequencer: CheapestFirst },
	},
});
