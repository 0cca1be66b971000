// One script of all the sources, kept beside the installed packages: Node starts it several times faster than it
// starts TypeScript. It is plain JavaScript itself, for it runs before anything can read TypeScript.
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const MAIN = join(ROOT, "host-sim/cli/main.ts");

/** Copies of the sources may share their installed packages: each has a folder of its own. */
const digest = createHash("sha256").update(ROOT).digest("hex").slice(0, 16);
const CACHE = join(ROOT, "node_modules/.cache/nightlight");
const FOLDER = join(CACHE, `cli-${digest}`);
/** Says which script is the present one, and the time and size of each source that it was made of. */
const INDEX = join(FOLDER, "index.json");

/** Programs that run may still load parts of an earlier script: milliseconds that it is kept. */
const KEPT = 86_400_000;

/** @returns {Promise<string | undefined>} URL of the script, made if need be; `undefined` if that is not possible */
export async function script() {
	try {
		return kept() ?? (await make());
	} catch {
		// A mistake in a source, or a folder that cannot be written: whoever runs the sources themselves says so.
		return undefined;
	}
}

function kept() {
	let index;
	try {
		index = JSON.parse(readFileSync(INDEX, "utf8"));
	} catch {
		return undefined;
	}
	const isCurrent = Object.entries(index.sources).every(([path, stamp]) => stampOf(path) === stamp);
	return isCurrent && existsSync(join(FOLDER, index.name, "main.js")) ? urlOf(index.name) : undefined;
}

async function make() {
	const { build } = await import("esbuild");
	const name = randomBytes(8).toString("hex");
	const { metafile } = await build({
		absWorkingDir: ROOT,
		entryPoints: { main: MAIN },
		outdir: join(FOLDER, name),
		bundle: true,
		splitting: true,
		format: "esm",
		platform: "node",
		target: "node20",
		packages: "external",
		sourcemap: "linked",
		metafile: true,
		logLevel: "silent",
		plugins: [{ name: "own-urls", setup: ownUrls }],
	});
	const sources = Object.keys(metafile.inputs).map((path) => [path, stampOf(path)]);
	const next = join(FOLDER, `${name}.json`);
	writeFileSync(next, JSON.stringify({ name, sources: Object.fromEntries(sources) }));
	renameSync(next, INDEX);
	removeOld(FOLDER, (other) => other !== name && other !== "index.json");
	removeOld(CACHE, (other) => other.startsWith("cli-") && other !== `cli-${digest}`);
	return urlOf(name);
}

/** In the script a source goes on to have its own URL: files beside it are found by that. */
function ownUrls({ onLoad }) {
	onLoad({ filter: /\.ts$/ }, ({ path }) => {
		const url = JSON.stringify(pathToFileURL(path).href);
		return { contents: readFileSync(path, "utf8").replaceAll("import.meta.url", url), loader: "ts" };
	});
}

function removeOld(folder, isMeant) {
	for (const name of readdirSync(folder).filter(isMeant)) {
		const path = join(folder, name);
		if (Date.now() - statSync(path).mtimeMs > KEPT) rmSync(path, { recursive: true, force: true });
	}
}

/** Changes when a source does, or goes. */
function stampOf(path) {
	const stats = statSync(join(ROOT, path), { throwIfNoEntry: false });
	return `${stats?.mtimeMs} ${stats?.size}`;
}

const urlOf = (name) => pathToFileURL(join(FOLDER, name, "main.js")).href;
