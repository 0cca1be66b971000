import { DECISIONS } from "./decisions.js";
import type { Sources } from "./document.js";
import { FAILURES } from "./failures.js";
import { testFiles, testsOf } from "./names.js";
import { CHAPTERS } from "./statements.js";

/** Where the document is. */
export const DOCUMENT = "docs/mqtt-conformance.md";

/** What the document is made from, as it is now. */
export const currentSources = async (): Promise<Sources> => ({
	chapters: CHAPTERS,
	failures: FAILURES,
	decisions: DECISIONS,
	tests: await testsOf(testFiles()),
});
