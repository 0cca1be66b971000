import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Beside the packages, so that imports find them. */
const CACHE = join(ROOT, "node_modules/.cache/nightlight");
const ROOMS = ["firmware", "host-sim", "server", "test/bench", "test/support"];

/** The project's sources without their types, in a folder of their own until `remove`. */
export interface PlainJavaScript {
	/** The program for a source, a path from the root. */
	path(source: string): string;
	remove(): void;
}

/**
 * Takes the types off, file by file, as a build for Node would: `tsx` also gives each function its
 * name when it runs, which takes 250 bytes for each.
 */
export async function plainJavaScript(): Promise<PlainJavaScript> {
	const entryPoints = ROOMS.flatMap((room) =>
		readdirSync(join(ROOT, room), { recursive: true, encoding: "utf8" })
			.filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !name.endsWith(".d.ts"))
			.map((name) => join(room, name)),
	);
	mkdirSync(CACHE, { recursive: true });
	const folder = mkdtempSync(join(CACHE, "bench-"));
	await build({
		absWorkingDir: ROOT,
		entryPoints,
		outdir: folder,
		outbase: ".",
		format: "esm",
		target: "node20",
		logLevel: "silent",
	});
	return {
		path: (source) => join(folder, source.replace(/\.ts$/, ".js")),
		remove: () => rmSync(folder, { recursive: true, force: true }),
	};
}
