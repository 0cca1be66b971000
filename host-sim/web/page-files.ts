import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { OutputFile } from "esbuild";
import { cached } from "../engines/cache.js";
import { EngineError } from "../engines/failure.js";

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

/** Where the built files of a package are. */
const PREBUILT = fileURLToPath(new URL("./built/", import.meta.url));

/** The folders of the sources, and of what was built for a package. */
export interface PageFolders {
	readonly page?: string;
	readonly built?: string;
}

/** The built files, by what they are for. */
const BUILT = Object.freeze({ script: "page.js", style: "page.css" });

type Built = Pick<PageFiles, keyof typeof BUILT>;

const areIn = (folder: string): boolean =>
	Object.values(BUILT).every((name) => existsSync(join(folder, name)));

/**
 * The page's files: those that came with the package, if they are of these sources; else made by esbuild, if they are
 * not in the cache, where they are kept by the contents of their sources, if it can be written.
 * @throws Error when they cannot be made
 */
export async function pageFiles({ page = PAGE, built = PREBUILT }: PageFolders = {}): Promise<PageFiles> {
	return {
		index: readFileSync(join(page, "index.html")),
		icon: readFileSync(join(page, "favicon.svg")),
		...(isOf(page, built) ? read(built) : await made(page)),
	};
}

/** The built files, from the cache where they are or can be kept. */
async function made(page: string): Promise<Built> {
	const build = async (to: string) => keep(await bundle(page), to);
	try {
		return read(await cached({ kind: "page", key: keyOf(page, PACKAGES), exists: areIn, build }));
	} catch (error) {
		if (error instanceof EngineError) return bundle(page);
		throw error;
	}
}

const read = (folder: string): Built => ({
	script: readFileSync(join(folder, BUILT.script)),
	style: readFileSync(join(folder, BUILT.style)),
});

function keep({ script, style }: Built, folder: string): void {
	writeFileSync(join(folder, BUILT.script), script);
	writeFileSync(join(folder, BUILT.style), style);
}

/** Makes the files that go into a package. Returns their folder. */
export async function prebuild({ page = PAGE, built = PREBUILT }: PageFolders = {}): Promise<string> {
	mkdirSync(built, { recursive: true });
	keep(await bundle(page), built);
	writeFileSync(join(built, KEY), keyOf(page));
	return built;
}

/** Whether what was built for a package is of these sources. */
const isOf = (page: string, built: string): boolean =>
	existsSync(join(built, KEY)) && areIn(built) && readFileSync(join(built, KEY), "utf8") === keyOf(page);

/** The file that says of which sources the built files are. */
const KEY = "key";

/**
 * Tells sources of different contents apart.
 * @param more files that count as well
 */
function keyOf(page: string, ...more: readonly string[]): string {
	const hash = createHash("sha256");
	const files = readdirSync(page, { recursive: true, encoding: "utf8" }).map((name) => join(page, name));
	for (const file of [...files.sort(), PROTOCOL, ...more]) {
		if (!statSync(file, { throwIfNoEntry: false })?.isFile()) continue;
		hash
			.update(`${relative(page, file).split(sep).join("/")}\0`)
			.update(readFileSync(file))
			.update("\0");
	}
	return hash.digest("hex").slice(0, 16);
}

/** @throws Error when a source is wrong */
async function bundle(page: string): Promise<Built> {
	const { build } = await import("esbuild");
	const { outputFiles } = await build({
		entryPoints: [
			{ in: join(page, "main.tsx"), out: "page" },
			{ in: join(page, "page.css"), out: "page" },
		],
		outdir: page,
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
	const named = (name: string) => outputFiles.find(({ path }) => basename(path) === name) as OutputFile;
	return {
		script: Buffer.from(named(BUILT.script).contents),
		style: Buffer.from(named(BUILT.style).contents),
	};
}
