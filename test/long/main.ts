import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { PARTS, type Part } from "./parts.js";
import { passed, type Result, refresh, sectionOf } from "./results.js";

const USAGE = `npm run long -- [options]
  --part <name>      only this one; repeatable
  --extent <number>  a share of each part's amount, above 0; 0.01 is a try (1)
  --results <file>   where the figures go (test/long/RESULTS.md; with another extent than 1 nowhere)
parts:
${PARTS.map(({ name, what }) => `  ${name.padEnd(17)}${what}`).join("\n")}
`;

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const RESULTS = fileURLToPath(new URL("RESULTS.md", import.meta.url));
/** Lines of standard error that are kept. */
const ERRORS = 30;

/** @throws Error for what is no option or not in its range */
function readOptions() {
	const { values } = parseArgs({
		options: {
			part: { type: "string", multiple: true },
			extent: { type: "string" },
			results: { type: "string" },
		},
	});
	const extent = Number(values.extent ?? 1);
	if (!(extent > 0 && extent <= 1000)) throw new Error(`--extent must be above 0, got "${values.extent}"`);
	for (const name of values.part ?? [])
		if (!PARTS.some((part) => part.name === name)) throw new Error(`--part: there is no part "${name}"`);
	const parts = PARTS.filter(({ name }) => values.part?.includes(name) ?? true);
	return { parts, extent, results: values.results ?? (extent === 1 ? RESULTS : undefined) };
}

/** In what state the sources are, when this is, and on what it runs. */
function circumstances(): string {
	const git = (...words: string[]) => execFileSync("git", words, { cwd: ROOT, encoding: "utf8" }).trim();
	let commit = "no git";
	try {
		const isClean = git("status", "--porcelain", "--untracked-files=no") === "";
		commit = `${git("rev-parse", "--short", "HEAD")}${isClean ? "" : " with changes"}`;
	} catch {
		// A copy without its history.
	}
	return `${commit}, ${new Date().toISOString().slice(0, 10)}, Node ${process.version}`;
}

const linesOf = (text: string): string[] => text.trimEnd().split("\n");

/** Runs a part to its end, and shows what it says. A signal ends it and the whole run. */
function run(part: Part, extent: number): Promise<Result> {
	const words = part.words(extent);
	const began = performance.now();
	return new Promise((resolve, reject) => {
		const child = spawn(process.execPath, words, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
		const said = { stdout: "", stderr: "" };
		for (const name of ["stdout", "stderr"] as const) {
			child[name].setEncoding("utf8").on("data", (text: string) => {
				process[name].write(text);
				said[name] = (said[name] + text).slice(-100_000);
			});
		}
		child.once("error", reject);
		child.once("close", (code, signal) =>
			resolve({
				...{ name: part.name, what: part.what, command: words.join(" "), circumstances: circumstances() },
				seconds: (performance.now() - began) / 1000,
				end: code ?? signal ?? 1,
				figures: linesOf(said.stdout).slice(-part.figures),
				// Progress is written over itself.
				errors: linesOf(said.stderr.replace(/[^\n]*\r/g, "")).slice(-ERRORS),
			}),
		);
	});
}

async function main(): Promise<void> {
	const { parts, extent, results } = readOptions();
	const all: Result[] = [];
	for (const part of parts) {
		process.stdout.write(`\n# ${part.name}: ${part.what}${extent === 1 ? "" : `, times ${extent}`}\n`);
		const result = await run(part, extent);
		all.push(result);
		if (results !== undefined) {
			const page = existsSync(results) ? readFileSync(results, "utf8") : "";
			writeFileSync(results, refresh(page, result));
		}
	}
	process.stdout.write("\n");
	for (const result of all) process.stdout.write(`${sectionOf(result).split("\n")[2]}\n`);
	const failed = all.filter((result) => !passed(result)).length;
	process.stdout.write(`${all.length - failed} passed, ${failed} failed\n`);
	if (failed > 0) process.exitCode = 1;
}

try {
	await main();
} catch (error) {
	process.stderr.write(`${(error as Error).message}\n${USAGE}`);
	process.exitCode = 2;
}
