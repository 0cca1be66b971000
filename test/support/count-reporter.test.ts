import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

describe("the last line of a run", () => {
	let folder: string;
	beforeEach(() => {
		// Below the packages, where vitest is found.
		folder = mkdtempSync(join(ROOT, "node_modules/.counts-"));
		const reporter = join(ROOT, "test/support/count-reporter.ts");
		writeFileSync(
			join(folder, "vitest.config.ts"),
			`export default { test: { include: ["*.spec.ts"], exclude: [], reporters: [${JSON.stringify(reporter)}] } };`,
		);
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	/** Runs a file of tests. Answers with the last line, and with what was written down for a sum. */
	function lastLine(tests: string): { line: string | undefined; counts: string } {
		writeFileSync(
			join(folder, "some.spec.ts"),
			`import { beforeAll, describe, expect, it } from "vitest";\n${tests}`,
		);
		const counts = join(folder, "counts");
		// Not as a worker of the vitest that runs this.
		const kept = Object.entries(process.env).filter(([name]) => !/^VITEST|^NODE_ENV$|^TEST$/.test(name));
		const env = { ...Object.fromEntries(kept), NIGHTLIGHT_COUNTS: counts };
		const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
		const { stdout } = spawnSync(process.execPath, [vitest, "run", "--root", folder], {
			env,
			encoding: "utf8",
		});
		return { line: stdout.trimEnd().split("\n").at(-1), counts: readFileSync(counts, "utf8") };
	}

	it.each([
		[
			"counts each test",
			`it("a", () => {}); it("b", () => expect(1).toBe(2)); it.skip("c", () => {});`,
			[1, 1, 1],
		],
		[
			"counts a beforeAll that fails as a failure",
			`it("a", () => {}); describe("s", () => { beforeAll(() => { throw new Error("no"); }); it("b", () => {}); });`,
			[1, 1, 1],
		],
		["counts a file that cannot be loaded as a failure", `throw new Error("no");`, [0, 1, 0]],
	])("%s", (_, tests, [passed, failed, skipped]) => {
		const line = `${passed} passed, ${failed} failed, ${skipped} skipped`;
		expect(lastLine(tests)).toEqual({ line, counts: `${line}\n` });
	});
});
