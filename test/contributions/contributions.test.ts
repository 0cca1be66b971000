import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { itInAll } from "../support/lane.js";
import type { TreeCopy } from "../support/tree-copy.js";
import { complaintOf, contributed, readContribution } from "./contribution.js";

/** What a change of these kinds may take, outside `docs/`. */
const MOST_FILES = 3;
const MOST_LINES = 60;

/** Milliseconds for the compiler or for tests in a copy, on a busy machine. */
const PATIENCE = 120_000;

const CONTRIBUTIONS = [
	{ name: "humidity", what: "a sensor beside light, by configuration alone" },
	{ name: "blink", what: "a command" },
	{ name: "board", what: "a second ESP32 board" },
	{ name: "topics", what: "another layout of topics, by configuration alone" },
];

/** The project, without what it makes. */
const TREE = [
	...["firmware", "server", "host-sim", "test", "tools", "docs", "README.md"],
	...[
		"biome.json",
		"manifest.json",
		"package.json",
		"package-lock.json",
		"tsconfig.json",
		"vitest.config.ts",
		".gitignore",
	],
];

describe("a contribution", () => {
	it.each(CONTRIBUTIONS)("of $what takes few files and lines, none of the MQTT client: $name", ({ name }) => {
		const { files, lines } = readContribution(name);
		expect(files.length).toBeGreaterThan(0);
		expect(files.length).toBeLessThanOrEqual(MOST_FILES);
		expect(lines).toBeGreaterThan(0);
		expect(lines).toBeLessThanOrEqual(MOST_LINES);
		expect(files.filter((file) => file.startsWith("firmware/mqtt/"))).toEqual([]);
	});

	it("is in this table for each patch that there is", () => {
		const patches = readdirSync(import.meta.dirname).filter((file) => file.endsWith(".patch"));
		expect(patches.sort()).toEqual(CONTRIBUTIONS.map(({ name }) => `${name}.patch`).sort());
	});
});

describe("all contributions in one copy", () => {
	const names = CONTRIBUTIONS.map(({ name }) => name);
	const files = names.flatMap((name) => readContribution(name).files);
	let copy: TreeCopy;
	beforeAll(() => {
		copy = contributed(names, TREE);
	});
	afterAll(() => copy?.remove());

	it("keep the rules of the linter", { timeout: PATIENCE }, () => {
		expect(complaintOf(copy, "biome", "ci", "--error-on-warnings", "--vcs-enabled=false", ...files)).toBe("");
	});

	it("have the right types", { timeout: PATIENCE }, () => {
		expect(complaintOf(copy, "tsc", "-p", "firmware")).toBe("");
	});

	// The compiler needs ten seconds for everything, and a vitest of its own some more.
	itInAll(
		"have the right types in tests too, and pass these and those of the house",
		{ timeout: PATIENCE },
		() => {
			expect(complaintOf(copy, "tsc", "-p", ".")).toBe("");
			const tests = ["test/house", "test/documents", "test/firmware/peripherals"];
			expect(complaintOf(copy, "vitest", "run", ...tests)).toBe("");
		},
	);
});

describe("a contribution whose patch does not fit", () => {
	it("says which file that is, and how to renew the patch", () => {
		const without = () => contributed(["blink"], ["firmware/parts/create-commands.ts"]);
		expect(without).toThrow(
			"test/contributions/blink.patch: the patch does not fit firmware/peripherals/led.ts any more. To renew it",
		);
		expect(without).toThrow("git apply --3way test/contributions/blink.patch");
	});
});
