import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { inLane } from "../../support/lane.js";
import { Programs } from "../../support/processes.js";

const WRITER = fileURLToPath(new URL("writer.js", import.meta.url));
/** How often the writer is killed within a transaction. */
const KILLS = inLane(80, 120);

const programs = new Programs();
afterEach(() => programs.endAll());

/** What a killed writer said: what it found, the last transaction it began and the last that was committed. */
async function killedWriter(file: string, seed: number) {
	const writer = programs.start(process.execPath, [WRITER, file, String(seed)]);
	const numberOf = (line: string | undefined): number => Number(line?.split(" ")[1] ?? 0);
	const last = (word: string) => numberOf(writer.lines.filter((line) => line.startsWith(`${word} `)).at(-1));
	// A line is written at once: none is cut off.
	await writer.until("a transaction", () => writer.lines.length > 2 + (seed % 30));
	// At any moment of a transaction.
	await pause(seed % 7);
	await writer.end("SIGKILL");
	await programs.endAll();
	return { found: writer.lines[0], begun: last("begun"), done: last("done") };
}

describe("a SQLite file whose writer is killed", () => {
	it(
		`has each transaction whole or not at all, ${KILLS} times within one; none that was committed is lost, and it is never locked`,
		async () => {
			const file = join(mkdtempSync(join(tmpdir(), "nightlight-")), "killed.db");
			let committed = 0;
			let begun = 0;
			let within = 0;
			for (let seed = 1; within < KILLS; seed++) {
				const killed = await killedWriter(file, seed);
				expect(killed.found).toMatch(/^found \d+$/);
				const found = Number(killed.found?.slice("found ".length));
				expect(found).toBeGreaterThanOrEqual(committed);
				// One whose COMMIT had not returned may be there all the same.
				expect(found).toBeLessThanOrEqual(begun);
				within += killed.begun > killed.done ? 1 : 0;
				committed = Math.max(found, killed.done);
				begun = killed.begun;
				// A kill that comes between two transactions every time would never end.
				expect(seed).toBeLessThan(KILLS * 3);
			}
		},
		inLane(60_000, 240_000),
	);
});
