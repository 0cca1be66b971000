import { linkSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { runHere } from "../support/command-line.js";
import { Nightlight } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";

const programs = new Programs();
afterEach(() => programs.endAll());

const cwd = mkdtempSync(join(tmpdir(), "nightlight-outputs-"));
const run = async (...words: readonly string[]) => {
	const program = programs.add(new Nightlight(words, { cwd }));
	return { code: await program.exited, errors: program.errors };
};
const file = (name: string, text: string): string => {
	writeFileSync(join(cwd, name), text);
	return name;
};
const read = (name: string): string => readFileSync(join(cwd, name), "utf8");

/** Has Node say when the program hears SIGTERM: before that there is nobody to count it. */
const TELLS_OF_HANDLER = `--import=data:text/javascript,${encodeURIComponent(`
	import { writeSync } from "node:fs";
	process.on("newListener", (name) => {
		if (name === "SIGTERM") queueMicrotask(() => writeSync(2, "hears SIGTERM\\n"));
	});
`)}`;

const OLD = "somebody's work\n";
const UP = ["up", "--port", "0", "--duration", "0.5"];
const WORLD = ["simulate", "--hours", "0.01", "--devices", "1"];
const LAMP = ["device", "--broker", "mqtt://127.0.0.1:1", "--id", "lamp", "--duration", "0.1"];

describe("a file that is there already", () => {
	it.each([
		["--record of up", [...UP, "--record"]],
		["--record of device", [...LAMP, "--record"]],
		["--record of simulate", [...WORLD, "--record"]],
		["--trace of simulate", [...WORLD, "--trace"]],
	])("is not replaced by %s, unless by --force", async (_, words) => {
		const name = file("old", OLD);
		const { code, errors } = await runHere([...words, name], { cwd });
		const option = words.at(-1);
		expect(errors).toBe(
			`nightlight: ${option} old: is there already; give another name, or --force to replace it\n`,
		);
		expect(code).toBe(2);
		expect(read(name)).toBe(OLD);
		await run(...words, name, "--force");
		expect(read(name)).toMatch(/^\{/);
	});

	it("is written when it is empty, or no file at all", async () => {
		expect((await run(...WORLD, "--trace", file("empty", ""))).code).toBe(0);
		expect(read("empty")).toMatch(/^\{/);
		expect((await run(...WORLD, "--trace", "/dev/null")).code).toBe(0);
	});
});

describe("a file that is read", () => {
	const csv = file("room.csv", "time,light\n0,1\n");
	const secret = file("secret", "hunter2\n");
	const config = file("c.json", '{"id": "lamp", "mqtt": {"username": "u", "password": {"file": "secret"}}}');
	const faults = file("faults.json", '{"reset": 6}');
	symlinkSync(csv, join(cwd, "link"));
	linkSync(join(cwd, config), join(cwd, "other"));

	it.each<[string, string, readonly string[]]>([
		["--light", csv, [...UP, "--light", `csv:${csv}`, "--record", csv]],
		["--light", csv, [...LAMP, "--light", `csv:${csv}`, "--record", "link"]],
		["--config", config, [...LAMP, "--config", config, "--record", "other"]],
		[
			"--password-file",
			secret,
			[...LAMP, "--username", "u", "--password-file", secret, "--record", `./${secret}`],
		],
		["password of --config", secret, [...LAMP, "--config", config, "--record", secret]],
		["--faults", faults, [...WORLD, "--faults", faults, "--record", faults]],
		["--faults", faults, [...WORLD, "--faults", faults, "--trace", faults]],
	])("by %s is never written over: %s", async (name, input, words) => {
		const before = read(input);
		const { code, errors } = await runHere([...words, "--force"], { cwd });
		const option = words.includes("--trace") ? "--trace" : "--record";
		expect(errors).toBe(`nightlight: ${option} and ${name} name the same file: it would be written over\n`);
		expect(code).toBe(2);
		expect(read(input)).toBe(before);
	});
});

it.each([
	["SIGTERM", 143],
	["SIGINT", 130],
] as const)(
	"a world that %s stops while it is being loaded has not passed: exit code %i",
	async (signal, code) => {
		const program = programs.add(
			new Nightlight(["simulate"], { cwd, env: { NODE_OPTIONS: TELLS_OF_HANDLER } }),
		);
		await program.until("the handler", () => program.errors.includes("hears SIGTERM"));
		expect(await program.end(signal)).toBe(code);
		expect(program.lines).toEqual([]);
	},
);

it.each([
	["SIGTERM", 143],
	["SIGINT", 130],
] as const)("worlds that %s stops are not all done: exit code %i", async (signal, code) => {
	const words = ["simulate", "--seeds", "100000", "--hours", "0.1"];
	const program = programs.add(new Nightlight(words, { cwd, env: { NODE_OPTIONS: TELLS_OF_HANDLER } }));
	await program.until("the worlds", () => program.errors.includes("hears SIGTERM"));
	expect(await program.end(signal)).toBe(code);
	expect(program.errors).toMatch(
		new RegExp(`\\nnightlight: stopped by ${signal} after \\d+ of 100000 worlds\\n$|^nightlight: stopped`),
	);
	expect(program.lines.join("\n")).toMatch(/\d+ of 100,?000 worlds/);
});
