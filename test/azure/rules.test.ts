import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../house/firmware-files.js";
import { currentEvidence, DOCUMENT, type Evidence, problemsOf, withTable } from "./document.js";

let evidence: Evidence;
beforeAll(async () => {
	evidence = await currentEvidence();
});

describe("the rules of Azure IoT Hub", () => {
	it("have a test each, and no test names a rule that there is not", () => {
		expect(evidence.tests.length).toBeGreaterThan(200);
		expect(problemsOf(evidence)).toEqual([]);
	});

	it(`are what ${DOCUMENT} says; \`npm run azure-rules\` writes it anew`, () => {
		const document = readFileSync(join(ROOT, DOCUMENT), "utf8");
		expect(document).toBe(withTable(document, evidence));
	});

	it("are missed when a test is missing, unknown or twice there", () => {
		const rule = { id: "a.b", text: "", proof: "documented" } as const;
		const test = { file: "", name: "[c.d] x", pattern: "" };
		const groups = [{ heading: "", rules: [rule, rule] }];
		expect(problemsOf({ tests: [test], others: new Map() }, groups)).toEqual([
			"a.b: no test names this rule",
			"a.b: no test names this rule",
			"c.d: a test names a rule that there is not",
			"a.b: is there twice",
		]);
	});
});
