import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { growth } from "./growth.js";
import { PARTS } from "./parts.js";
import { type Result, refresh, sectionOf } from "./results.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "nightlight-long-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("growth", () => {
	const samples = (...values: readonly number[]) => values.map((heap) => ({ heap }));
	it.each([
		{ name: "nothing grows", values: [5, 9, 7, 6, 8, 7], isWithin: true },
		{ name: "it grows as far as it may", values: [1, 1, 1, 4, 4, 4], isWithin: true },
		{ name: "it grows further", values: [1, 1, 1, 5, 5, 5], isWithin: false },
		{ name: "it shrinks", values: [9, 9, 9, 1, 1, 1], isWithin: true },
		{ name: "a single peak", values: [1, 1, 1, 1, 90, 1, 1, 1, 1], isWithin: true },
	])("$name: within its limit is $isWithin", ({ values, isWithin }) => {
		const found = growth(samples(...values), { heap: 3 });
		expect(found.isWithin).toBe(isWithin);
		expect(found.lines.join()).toMatch(isWithin ? /at most 3 more$/ : /GROWS$/);
	});

	it("cannot be told from two samples", () => {
		expect(() => growth(samples(1, 2), { heap: 0 })).toThrow("at least 3");
	});
});

describe("the results", () => {
	const result: Result = {
		...{ name: "seeds", what: "20 worlds", command: "x --seeds 20", circumstances: "abc, today, Node v20" },
		...{ seconds: 12.4, end: 0, figures: ["20 worlds, 0 failed"], errors: ["warning"] },
	};

	it("have a part's figures, without errors when it passed", () => {
		expect(sectionOf(result)).toBe(
			"## seeds\n\n20 worlds: passed after 12 s. abc, today, Node v20.\n\n```\nnode x --seeds 20\n20 worlds, 0 failed\n```\n",
		);
	});

	it("have its errors when it failed", () => {
		expect(sectionOf({ ...result, end: "SIGKILL" })).toContain("FAILED with SIGKILL");
		expect(sectionOf({ ...result, end: 1 })).toMatch(/```\nwarning\n```\n$/);
	});

	it("keep the other parts' sections, and the order", () => {
		let page = "";
		for (const name of ["a", "b", "c"]) page = refresh(page, { ...result, name });
		const again = refresh(page, { ...result, name: "b", what: "other" });
		expect(again.match(/^## .*/gm)).toEqual(["## a", "## b", "## c"]);
		expect(again).toBe(page.replace(/(## b\n\n)20 worlds/, "$1other"));
	});
});

describe("npm run long", () => {
	const run = (...words: readonly string[]) =>
		spawnSync(process.execPath, ["--import", "tsx", "test/long/main.ts", ...words], {
			...{ cwd: ROOT, encoding: "utf8" },
		});

	it.each([{ words: ["--part", "none"] }, { words: ["--extent", "0"] }, { words: ["--what"] }])(
		"refuses $words",
		({ words }) => {
			const { status, stderr } = run(...words);
			expect(status).toBe(2);
			expect(stderr).toContain("npm run long -- [options]");
		},
	);

	it("runs a part to its end, and writes its figures", () => {
		const results = join(folder, "RESULTS.md");
		const { status, stdout } = run("--part", "cycles", "--extent", "0.0001", "--results", results);
		expect([status, stdout.trimEnd().split("\n").at(-1)]).toEqual([0, "1 passed, 0 failed"]);
		const page = readFileSync(results, "utf8");
		expect(page).toContain("## cycles\n\n10,000 connections that are cut: passed after");
		expect(page).toMatch(/^20 connections cut in .*\nheap: \d+ at first/m);
	}, 60_000);

	it("goes on behind a part that fails, and exits with 1", () => {
		const results = join(folder, "failed.md");
		// No engine can be built there, and the second part needs none.
		const env = { ...process.env, PATH: folder, NIGHTLIGHT_CACHE: join(folder, "cache"), CC: "" };
		const { status, stdout } = spawnSync(
			process.execPath,
			[
				...["--import", "tsx", "test/long/main.ts", "--extent", "0.0001", "--results", results],
				...["--part", "growth", "--part", "fuzzing"],
			],
			{ cwd: ROOT, encoding: "utf8", env },
		);
		expect([status, stdout.trimEnd().split("\n").at(-1)]).toEqual([1, "1 passed, 1 failed"]);
		expect(readFileSync(results, "utf8")).toMatch(
			/## growth\n\n[^\n]*: FAILED with 1.*no make.*## fuzzing\n\n[^\n]*: passed/s,
		);
	}, 60_000);
});

it("each part's program is there", () => {
	const files = PARTS.map(({ words }) => words(1).find((word) => /\.[jt]s$/.test(word)) as string);
	expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});
