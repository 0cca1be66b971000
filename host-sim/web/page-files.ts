import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { cached } from "../engines/cache.js";

/** What a browser gets of the page. */
export interface PageFiles {
	readonly index: Uint8Array;
	readonly script: Uint8Array;
	readonly style: Uint8Array;
	readonly icon: Uint8Array;
}

const PAGE = fileURLToPath(new URL("../page/", import.meta.url));
const PROTOCOL = fileURLToPath(new URL("./protocol.ts", import.meta.url));

/** The packages that go into the page, and what makes it. */
const PACKAGES = fileURLToPath(new URL("../../package-lock.json", import.meta.url));

/** The built files, by what they are for. */
const BUILT = Object.freeze({ script: "page.js", style: "page.css" });

/**
 * The page's files: made by esbuild if they are not in the cache, where they are kept by the contents of
 * their sources.
 * @param page the folder of the sources
 * @throws Error when they cannot be made
 */
export async function pageFiles(page = PAGE): Promise<PageFiles> {
	const isThere = (folder: string) => Object.values(BUILT).every((name) => existsSync(join(folder, name)));
	const folder = await cached({
		kind: "page",
		key: keyOf(page),
		exists: isThere,
		build: (to) => bundle(page, to),
	});
	return {
		index: readFileSync(join(page, "index.html")),
		script: readFileSync(join(folder, BUILT.script)),
		style: readFileSync(join(folder, BUILT.style)),
		icon: readFileSync(join(page, "favicon.svg")),
	};
}

/** Tells sources of different contents apart. */
function keyOf(page: string): string {
	const hash = createHash("sha256");
	const files = readdirSync(page, { recursive: true, encoding: "utf8" }).map((name) => join(page, name));
	for (const file of [...files.sort(), PROTOCOL, PACKAGES]) {
		if (!statSync(file, { throwIfNoEntry: false })?.isFile()) continue;
		hash
			.update(`${relative(page, file).split(sep).join("/")}\0`)
			.update(readFileSync(file))
			.update("\0");
	}
	return hash.digest("hex").slice(0, 16);
}

async function bundle(page: string, to: string): Promise<void> {
	const { build } = await import("esbuild");
	const { outputFiles } = await build({
		entryPoints: [
			{ in: join(page, "main.tsx"), out: "page" },
			{ in: join(page, "page.css"), out: "page" },
		],
		outdir: to,
		bundle: true,
		minify: true,
		write: false,
		format: "esm",
		target: ["es2022", "chrome111", "firefox113", "safari16.4"],
		jsx: "automatic",
		jsxImportSource: "preact",
		legalComments: "none",
		logLevel: "silent",
	});
	for (const { path, contents } of outputFiles) writeFileSync(path, contents);
}
