/**
 * The names of tests, as their files give them: a file's own code is run with a `describe` and an `it`
 * that only note. So tables are expanded, and what is built at run time is seen.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import { filesBelow, ROOT } from "../house/firmware-files.js";
import * as stub from "./vitest-stub.js";

/** Where the tests of the client are, and of these names. */
export const FOLDERS = ["test/firmware", "test/conformance"];

/** The files of tests in these folders, by their path from the project's top. */
export const testFiles = (folders: readonly string[] = FOLDERS): string[] =>
	folders.flatMap(filesBelow).filter((path) => path.endsWith(".test.ts"));

/** All tests of these files that are not skipped, in order. */
export async function testsOf(files: readonly string[]): Promise<readonly stub.NamedTest[]> {
	const lines = files.map(
		(file) => `begin(${JSON.stringify(file)}); require(${JSON.stringify(`./${file}`)});`,
	);
	const { outputFiles } = await build({
		stdin: { contents: lines.join("\n"), resolveDir: ROOT, loader: "js" },
		bundle: true,
		write: false,
		format: "cjs",
		platform: "node",
		target: "node20",
		packages: "external",
		define: { "import.meta.url": "here" },
		logLevel: "silent",
	});
	const require = createRequire(join(ROOT, "package.json"));
	const load = (name: string): unknown => (name === "vitest" ? stub : require(name));
	const [output] = outputFiles;
	new Function("require", "begin", "here", "module", output?.text ?? "")(
		load,
		stub.begin,
		new URL("conformance/names.ts", import.meta.url).href,
		{ exports: {} },
	);
	return stub.take();
}
