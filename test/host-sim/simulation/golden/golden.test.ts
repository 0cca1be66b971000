import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";
import { runSeeds } from "../../../../host-sim/simulation/pool.js";
import { Program, Programs } from "../../../support/processes.js";
import { goldenLines, lineOf, WORLDS } from "./hashes.js";

const programs = new Programs();
afterEach(() => programs.endAll());

/** The worlds in threads of their own, as `nightlight simulate --seeds` runs them. */
async function inThreads(): Promise<string[]> {
	const lines: string[] = [];
	for (const first of WORLDS) {
		await runSeeds({
			...{ first, count: 1 },
			onOutcome: ({ seed, outcome }) => lines.push(lineOf(seed, outcome)) > 0,
		});
	}
	return lines;
}

// What changes a world changes it everywhere: no hash is kept, the runs are compared with each other. That of
// another version of Node comes from `npm run golden` (docs/testing.md).
it("a seed has the same trace in the process of the tests, in a thread, and in a process that is new", async () => {
	const here = goldenLines();
	for (const line of here) expect(line).toMatch(/^\d+: [0-9a-f]{64}, \d{4,} lines, passed$/);
	expect(new Set(here.map((line) => line.split(": ")[1])).size).toBe(WORLDS.length);
	expect(await inThreads()).toEqual(here);
	const main = fileURLToPath(new URL("main.ts", import.meta.url));
	const fresh = programs.add(new Program(process.execPath, ["--import", "tsx", main]));
	expect(await fresh.exited).toBe(0);
	expect(fresh.lines).toEqual(here);
}, 60_000);
