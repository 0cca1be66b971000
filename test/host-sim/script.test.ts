import { createHash } from "node:crypto";
import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Program } from "../support/processes.js";
import { TreeCopy } from "../support/tree-copy.js";

let copy: TreeCopy;
/** Where the script of the copy's sources is kept. */
let folder: string;
beforeEach(() => {
	copy = new TreeCopy("script", ["firmware", "host-sim", "server", "package.json", "tsconfig.json"]);
	const digest = createHash("sha256").update(`${copy.folder}/`).digest("hex").slice(0, 16);
	folder = join(copy.folder, "node_modules/.cache/nightlight", `cli-${digest}`);
});
afterEach(() => {
	rmSync(folder, { recursive: true, force: true });
	copy.remove();
});

/** Runs the command line of the copy; what it prints. */
async function run(...words: string[]): Promise<string> {
	const program = new Program(process.execPath, [join(copy.folder, "host-sim/cli/nightlight.js"), ...words]);
	const code = await program.exited;
	return `${code}: ${program.lines.join("\n")}${program.errors}`;
}

const change = (text: string) => appendFileSync(join(copy.folder, "host-sim/cli/version.ts"), text);
const index = () => readFileSync(join(folder, "index.json"), "utf8");

it("starts a script of the sources, which is made once and again when a source changes", async () => {
	expect(await run("--version")).toBe("0: 0.1.0");
	const first = index();
	expect(await run("--version")).toBe("0: 0.1.0");
	expect(index()).toBe(first);
	change('process.stdout.write("changed\\n");\n');
	expect(await run("--version")).toBe("0: changed\n0.1.0");
	expect(index()).not.toBe(first);
});

it("starts also when the script cannot be kept", async () => {
	writeFileSync(folder, "");
	expect(await run("--version")).toBe("0: 0.1.0");
});

it.each([
	["its index is damaged", () => writeFileSync(join(folder, "index.json"), "{")],
	["the script is gone", () => rmSync(join(folder, JSON.parse(index()).name), { recursive: true })],
	[
		"a source is gone that it was made of",
		() => writeFileSync(join(folder, "index.json"), '{"sources":{"x":""}}'),
	],
])("makes the script again when %s", async (_, spoil) => {
	await run("--version");
	spoil();
	expect(await run("--version")).toBe("0: 0.1.0");
	expect(Object.keys(JSON.parse(index()).sources)).toContain("host-sim/cli/main.ts");
});

it("says what is wrong with a source, and where", async () => {
	change("const = 1;\n");
	const said = await run("--version");
	expect(said).toMatch(/^1: /);
	expect(said).toMatch(/version\.ts:\d+:\d+: ERROR: Expected identifier but found "="/);
});
