import { createHash } from "node:crypto";
import { existsSync, linkSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { runHere } from "../support/command-line.js";
import { Nightlight } from "../support/nightlight.js";
import { Program, Programs } from "../support/processes.js";

const programs = new Programs();
afterEach(() => programs.endAll());

const script = fileURLToPath(new URL("../../host-sim/cli/nightlight.js", import.meta.url));
const cwd = mkdtempSync(join(tmpdir(), "nightlight-test-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
	writeFileSync(join(cwd, name), text);
	return name;
};
/** Another name of a file, which is made when it is not there. */
const link = (name: string): string => {
	writeFileSync(join(cwd, name), "{}");
	linkSync(join(cwd, name), join(cwd, `${name}.link`));
	return `${name}.link`;
};

const run = async (...words: readonly string[]) => {
	const program = programs.add(new Nightlight(["simulate", ...words], { cwd }));
	return { code: await program.exited, output: program.lines.join("\n"), errors: program.errors };
};

/** The same within this process. */
const here = (...words: readonly string[]) => runHere(["simulate", ...words], { cwd });

describe("nightlight simulate", () => {
	it("says what a world was, the same each time, and writes all that happened", async () => {
		const first = await run("--seed", "5", "--hours", "0.5", "--devices", "2", "--trace", "world.jsonl");
		expect(first).toMatchObject({ code: 0, errors: "" });
		const trace = readFileSync(join(cwd, "world.jsonl"));
		const hash = createHash("sha256").update(trace).digest("hex");
		const lines = trace.toString().trimEnd().split("\n");
		for (const line of lines) JSON.parse(line);
		expect(first.output).toMatch(/^Seed 5, 0\.5 h, 2 devices: passed\n/);
		expect(first.output).toContain(`Trace: ${lines.length} lines, SHA-256 ${hash}\nFaults: `);
		expect(await run("--seed", "5", "--hours", "0.5", "--devices", "2")).toEqual(first);
	});

	it("says so when a world is over before anything could go wrong", async () => {
		const { code, errors } = await here("--hours", "0.05");
		expect({ code, errors }).toEqual({
			code: 0,
			errors: "Nothing goes wrong in 0.05 h: the last 200 s of a world are calm; more --hours\n",
		});
		expect((await here("--hours", "0.05", "--faults", "none")).errors).toBe("");
	});

	it("runs many worlds over all cores, each what it is alone", async () => {
		const options = ["--seed", "30", "--hours", "0.2", "--devices", "1"];
		const many = await run(...options, "--seeds", "6", "--json");
		expect(many.code).toBe(0);
		expect(JSON.parse(many.output)).toMatchObject({
			source: "simulation",
			event: "worlds",
			done: 6,
			failed: 0,
		});
		const alone = await run(...options, "--json");
		expect(JSON.parse(alone.output)).toMatchObject({ source: "simulation", event: "world", seed: 30 });
	});

	it("runs worlds at an Azure IoT Hub, with faults of their own", async () => {
		const options = ["--profile", "azure-iot-hub", "--hours", "0.1", "--devices", "1"];
		const faults = file("hub-faults.json", '{"kick": 600, "service": 100}');
		const { code, output } = await run(...options, "--seed", "3", "--faults", faults);
		expect(code).toBe(0);
		expect(output).toMatch(/^Seed 3, 0\.1 h, 1 device: passed\nTrace: .*\nFaults: kick \d+, service \d+$/);
		const wrong = await here(...options, "--faults", file("crash.json", '{"crash": 1}'));
		expect(wrong.code).toBe(2);
		expect(wrong.errors).toContain('no fault "crash"; there are latency, ');
		const twice = file("twice.json", '{"telemetry": {"qos": 2}}');
		expect(await here(...options, "--config", twice)).toMatchObject({
			code: 2,
			errors: expect.stringContaining("telemetry.qos") as string,
		});
	});

	it("a signal ends one world", async () => {
		const trace = join(cwd, "long.jsonl");
		const program = programs.add(new Nightlight(["simulate", "--hours", "1000", "--trace", trace], { cwd }));
		await program.until("the trace", () => existsSync(trace));
		expect(await program.end("SIGINT")).toBe(null);
		expect(program.lines).toEqual([]);
	});

	it.runIf(existsSync("/dev/full"))("refuses a trace that cannot be written, in one line", async () => {
		const { code, errors } = await run("--hours", "0.1", "--trace", "/dev/full");
		expect([code, errors]).toEqual([2, "nightlight: --trace /dev/full: cannot be written (ENOSPC)\n"]);
	});

	it.runIf(existsSync("/dev/full"))(
		"fails when standard output is full, not when nobody reads it",
		async () => {
			const words = [script, "simulate", "--hours", "0.01", "--faults", "none"];
			const piped = (to: string) =>
				programs.add(new Program("/bin/sh", ["-c", `"$0" "$@" ${to}`, process.execPath, ...words], { cwd }));
			const full = piped(">/dev/full");
			expect([await full.exited, full.errors]).toEqual([1, "nightlight: cannot write to standard output\n"]);
			const unread = piped("| true");
			expect([await unread.exited, unread.errors]).toEqual([0, ""]);
		},
	);

	it("has no faults without", async () => {
		const { output } = await here("--hours", "0.1", "--devices", "1", "--faults", "none");
		expect(output).not.toContain("Faults");
	});

	it("takes the faults that a file names, and no others", async () => {
		const faults = file("faults.json", '{"reset": 600}');
		const { output } = await here("--hours", "0.2", "--devices", "1", "--faults", faults);
		expect(output).toMatch(/\nFaults: reset \d+$/);
	});

	it("runs a part of a world: some of its devices, some of its faults", async () => {
		const { output } = await here("--seed", "2", "--devices", "d2,d3", "--only", "reset:d3:1,power:d2:1");
		expect(output).toMatch(/^Seed 2, 1 h, d2, d3: passed\n.*\nFaults: (reset 1, power 1|power 1, reset 1)$/);
	});

	it("refuses so as a program, too", async () => {
		expect(await run("--seed", "x")).toEqual(await here("--seed", "x"));
	});

	it.each([
		{ words: ["--seed", "x"], says: "It must be a whole number from 0 to" },
		{ words: ["--seed", "-1"], says: "It must be a whole number from 0 to" },
		{ words: ["--seed", "1.5"], says: "It must be a whole number from 0 to" },
		{ words: ["--seeds", "0"], says: "It must be a whole number from 1 to" },
		{ words: ["--hours", "0"], says: "It must be a number above 0" },
		{ words: ["--devices", "many"], says: "It must be a whole number from 1 to 1000" },
		{ words: ["--devices", "d0"], says: "or some of them, as d1,d3" },
		{ words: ["--devices", "d1,d1"], says: "or some of them, as d1,d3" },
		{ words: ["--only", "reset:d9:1"], says: "--only: reset:d9:1 is no fault of this world; copy --seed," },
		{ words: ["--only", "reset:d1:1", "--seeds", "2"], says: "--only goes with one world" },
		{ words: ["--faults", "absent.json"], says: "--faults absent.json: cannot be read (ENOENT)" },
		{ words: ["--faults", file("a.json", "{\n}}")], says: "--faults a.json, line 2: no JSON" },
		{
			words: ["--faults", file("b.json", '{\n"rest": 1}')],
			says: '--faults b.json, line 2: no fault "rest"',
		},
		{ words: ["--faults", file("c.json", '{"reset": -1}')], says: "line 1: reset: -1 is no rate" },
		{
			words: ["--hours", "8760", "--devices", "1000"],
			says: "faults, more than 5,000,000: fewer --hours, --devices or --faults",
		},
		{ words: ["--hours", "0x1"], says: "It must be a number above 0" },
		{ words: ["--only", "reset:d1:1,reset:d1:1"], says: "It must name each fault once" },
		{ words: ["--trace", "a", "--record", "./a"], says: "--record and --trace name the same file" },
		{
			words: ["--trace", "./d.json", "--faults", file("d.json", "{}")],
			says: "--trace and --faults name the same file: it would be written over",
		},
		{
			words: ["--trace", link("e.jsonl"), "--record", "e.jsonl"],
			says: "--record and --trace name the same file",
		},
		{ words: ["--trace", link("d.json"), "--faults", "d.json"], says: "--trace and --faults name the same" },
		{ words: ["--trace", "no/where"], says: "--trace no/where: cannot be written (ENOENT)" },
		{ words: ["--trace", "a", "--seeds", "2"], says: "--trace goes with one world" },
		{
			words: ["--keep-going"],
			says: "--keep-going goes with --seeds: one world ends with its first failure",
		},
	])("refuses $words in one line", async ({ words, says }) => {
		const { code, output, errors } = await here(...words);
		expect([code, output]).toEqual([2, ""]);
		expect(errors).toContain(says);
		expect(errors.trimEnd().split("\n")).toHaveLength(1);
	});
});
