/**
 * The names of tests, as their files give them: a file's own code is run with a `describe` and an `it`
 * that only note. So tables are expanded, and what is built at run time is seen.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { compileFunction } from "node:vm";
import { build } from "esbuild";
import { filesBelow, ROOT } from "../house/firmware-files.js";
import * as stub from "./vitest-stub.js";

/** Where the tests of the client are, and of this. */
const FOLDERS = ["test/firmware", "test/conformance"];

/** The files of tests of the client, by their path from the project's top. */
export const testFiles = (): string[] =>
	FOLDERS.flatMap(filesBelow).filter((path) => path.endsWith(".test.ts"));

/** All tests of these files that are not skipped, in order. Throws what a file throws when it is loaded. */
export async function testsOf(files: readonly string[]): Promise<readonly stub.NamedTest[]> {
	const { outputFiles } = await build({
		stdin: {
			contents: files.map((file) => `begin("${file}"); require("./${file}");`).join("\n"),
			resolveDir: ROOT,
		},
		bundle: true,
		write: false,
		format: "cjs",
		platform: "node",
		packages: "external",
		define: { "import.meta.url": "here" },
		logLevel: "silent",
	});
	const fromPackages = createRequire(join(ROOT, "package.json"));
	const load = (name: string): unknown => (name === "vitest" ? stub : fromPackages(name));
	const run = compileFunction(outputFiles[0]?.text ?? "", ["require", "begin", "here", "module"]);
	run(load, stub.begin, import.meta.url, { exports: {} });
	return stub.take();
}
