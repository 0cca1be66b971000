import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { eventOf } from "../../support/nightlight.js";
import { Program, Programs } from "../../support/processes.js";
import { Copy } from "./copy.js";
import { find } from "./find.js";
import { PAGE } from "./page.js";

const programs = new Programs();
afterEach(() => programs.endAll());

const PATCH = new URL("patches/01-subscribes-once.patch", import.meta.url);
let copy: Copy;
beforeAll(() => {
	copy = new Copy();
	copy.patch(readFileSync(PATCH, "utf8"));
});
afterAll(() => copy.remove());

const simulate = (...words: readonly string[]) => {
	const script = join(copy.folder, "host-sim/cli/nightlight.js");
	return programs.add(new Program(process.execPath, [script, "simulate", ...words], { cwd: copy.folder }));
};

describe("a world that fails on the command line", () => {
	it("is shown in the form that the page shows, and fails again by the line that it ends with", async () => {
		const seed = (await find(readFileSync(PATCH, "utf8")))?.seed;
		const first = simulate("--seed", `${seed}`);
		expect(await first.exited).toBe(1);
		const shown =
			/\nA world that fails .*?\n```\n(.*?)\n```\n/s.exec(readFileSync(PAGE, "utf8"))?.[1]?.split("\n") ?? [];
		// Numbers, the device and the faults are this world's.
		const form = (line = "") =>
			line.replace(/[a-z]*\d[\d.a-f]*/g, "N").replace(/: N's LED is .*| --devices .*/, "");
		expect(form(first.lines[0])).toBe(form(shown[0]));
		expect(form(first.lines[1])).toBe(form(shown[1]));
		expect(form(first.lines.at(-1))).toBe(form(shown.at(-1)));
		expect(first.errors).toMatch(/^Failed: .*; shrinking it, which may take a while\n.* the world failed\n$/);
		const again = simulate(...(first.lines.at(-1)?.split(" ").slice(3) ?? []));
		expect(await again.exited).toBe(1);
		expect(again.lines[0]).toContain(
			`failed after ${/fails after (.*):$/m.exec(first.lines.join("\n"))?.[1]}: `,
		);
	}, 60_000);

	it("is told of before it is shrunk, and not lost to a signal meanwhile", async () => {
		const many = simulate("--seed", "2", "--seeds", "9", "--devices", "12", "--hours", "1", "--json");
		const told = () => many.errors.includes("shrinking it");
		await many.until("a failure", told, 60_000);
		expect(await many.end("SIGINT")).toBe(1);
		const events = many.lines.map(eventOf);
		const [first] = events;
		expect(many.errors).toContain(`Seed ${first?.seed} failed: ${first?.reason}; shrinking it`);
		expect(first).toMatchObject({ event: "failure", again: expect.stringContaining("--devices 12 ") });
		expect(events.at(-1)).toMatchObject({
			event: "worlds",
			failed: events.length - 1,
			done: events.length - 1,
		});
	}, 90_000);
});
