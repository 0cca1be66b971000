// One script of all the sources and the packages that they use, kept beside the installed packages: Node starts it
// several times faster than it starts TypeScript, and looks for no package. It is plain JavaScript itself, for it runs before anything can read TypeScript.
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** What is loaded from outside: the command line, and what a thread of `simulate` runs. */
const ENTRIES = Object.freeze({ main: "host-sim/cli/main.ts", shrink: "host-sim/simulation/shrink.ts" });

/** Packages that stay where they are: they have machine code or files beside them, or need not be there. */
const APART = ["@agoric/xsnap", "bufferutil", "esbuild", "libsql", "tsx", "utf-8-validate"];

/** Copies of the sources may share their installed packages: each has a folder of its own. */
const digest = createHash("sha256").update(ROOT).digest("hex").slice(0, 16);
const CACHE = join(ROOT, "node_modules/.cache/nightlight");
const FOLDER = join(CACHE, `cli-${digest}`);
/** Says which script is the present one, and the time and size of each source that it was made of. */
const INDEX = join(FOLDER, "index.json");

/** Programs that run may still load parts of an earlier script: milliseconds that it is kept. */
const KEPT = 86_400_000;

/**
 * Loads a source from the script, which is made if need be, or if that is not possible as it is.
 * @param {keyof typeof ENTRIES} entry
 */
export async function load(entry) {
	let folder;
	try {
		folder = kept() ?? (await make());
	} catch {
		// A mistake in a source, or a folder that cannot be written: running the sources themselves shows the one, and
		// does not need the other.
	}
	if (folder !== undefined) return import(pathToFileURL(join(folder, `${entry}.js`)).href);
	const { register } = await import("tsx/esm/api");
	// Ours, not the one of the folder that the user happens to be in.
	register({ tsconfig: join(ROOT, "tsconfig.json") });
	return import(pathToFileURL(join(ROOT, ENTRIES[entry])).href);
}

/** The folder of the present script; `undefined` if there is none, or it is older than a source. */
function kept() {
	try {
		const { name, sources } = JSON.parse(readFileSync(INDEX, "utf8"));
		const folder = join(FOLDER, name);
		const isCurrent = Object.entries(sources).every(([path, stamp]) => stampOf(path) === stamp);
		return isCurrent && existsSync(folder) ? folder : undefined;
	} catch {
		// Absent, or damaged.
		return undefined;
	}
}

async function make() {
	const { build } = await import("esbuild");
	const name = randomBytes(8).toString("hex");
	const { metafile } = await build({
		absWorkingDir: ROOT,
		entryPoints: ENTRIES,
		outdir: join(FOLDER, name),
		bundle: true,
		splitting: true,
		format: "esm",
		platform: "node",
		target: "node20",
		// Packages in the form of ES modules, if there is one: those for older loaders hide what they load.
		mainFields: ["module", "main"],
		external: APART,
		// Packages in the form of CommonJS ask for Node's modules.
		banner: {
			js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
		},
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
	return join(FOLDER, name);
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
