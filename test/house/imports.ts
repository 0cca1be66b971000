import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { filesBelow, ROOT } from "./firmware-files.js";

/** Imports and exports from a relative path: the path is in group 1; also types alone, `import(…)` and effects alone. */
const IMPORT = /(?:^\s*|\bfrom\s*|\bimport\s*\(\s*)(?:import\s*)?["'](\.{1,2}\/[^"']+)["']/gm;

/** Which files of these folders import which: from path to paths, from the project's top. */
export function importsOf(folders: readonly string[]): ReadonlyMap<string, readonly string[]> {
	const files = folders.flatMap(filesBelow).filter((path) => /\.(tsx?|js)$/.test(path));
	const known = new Set(files);
	const read = (path: string): string[] =>
		importedBy(readFileSync(join(ROOT, path), "utf8"))
			.map((name) => join(dirname(path), name))
			.flatMap(
				(name) =>
					[name.replace(/\.js$/, ".ts"), name.replace(/\.js$/, ".tsx"), name].find((file) =>
						known.has(file),
					) ?? [],
			);
	return new Map(files.map((path) => [path, read(path)]));
}

/** The relative paths that a source imports from. */
export const importedBy = (source: string): string[] =>
	Array.from(source.matchAll(IMPORT), ([, path]) => path as string);

/** The circles among imports: each as its files in order, the first one again at the end. */
export function circlesOf(imports: ReadonlyMap<string, readonly string[]>): string[][] {
	const circles: string[][] = [];
	const finished = new Set<string>();
	const way: string[] = [];
	const visit = (file: string): void => {
		const at = way.indexOf(file);
		if (at >= 0) circles.push([...way.slice(at), file]);
		if (at >= 0 || finished.has(file)) return;
		way.push(file);
		for (const next of imports.get(file) ?? []) visit(next);
		way.pop();
		finished.add(file);
	};
	for (const file of imports.keys()) visit(file);
	return circles;
}
