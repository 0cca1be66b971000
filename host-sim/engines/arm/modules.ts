import { readFileSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { EngineError } from "../failure.js";
import { type Feature, featuresOf } from "./features.js";
import { withoutPrivateNames } from "./private-names.js";
import { type Place, placesOf } from "./source-place.js";

/** The folder of the manifest, and of the modules it names. */
export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

const board = (name: string): string => `firmware/boards/${name}`;

/** The modules a chip needs beside the manifest's. */
const BOARD = ["native/guest", "native/provider", "native/seam", "native/timers", "cortex-m4/main"].map(
	board,
);

/** Where its network is: what stands in for this module has that of the native functions, or that of a radio. */
const NETWORK = board("native/with-network");
const OWN_NETWORK = board("native/own-network");
const RADIO_NETWORK = board("native/radio-network");
const SOCKETS = [board("native/sockets")];

/** What stands in for these modules where the board gives commands itself. */
const COMMANDING = [
	["firmware/profiles/create-profile", board("wio-terminal/create-profile")],
	[board("cortex-m4/main"), board("wio-terminal/main")],
] as const;

/** What a board with a radio has besides. */
const RADIO = [
	...["native/serial", "network/network", "network/resolver"],
	...["clock", "network", "time-keeper", "with-radio"].map((name) => `wio-terminal/${name}`),
	...[
		"address",
		"crc16",
		"frame",
		"join-request",
		"names",
		"radio",
		"reply",
		"request",
		"rpc",
		"services",
	].map((name) => `wio-terminal/radio/${name}`),
	...["sntp", "sntp-packet", "tcp", "wifi"].map((name) => `wio-terminal/radio/${name}`),
].map(board);

/** Composition roots and boards of the Moddable SDK: modules that import what it brings. */
const OTHER_BOARD = /(^|\/)main$|\/boards\//;

/** A manifest in the Moddable SDK's form, as far as it is used here. */
export interface Manifest {
	readonly modules: Readonly<Record<string, string>>;
	readonly preload?: readonly string[];
	readonly creation?: {
		/** JavaScript's stack, in slots of 16 bytes. */
		readonly stack?: number;
		readonly chunk?: { readonly initial?: number; readonly incremental?: number };
		readonly heap?: { readonly initial?: number; readonly incremental?: number };
		readonly keys?: { readonly initial?: number; readonly incremental?: number };
	};
}

export interface Module {
	readonly name: string;
	/** JavaScript without private names; specifiers are modules' names. */
	readonly source: string;
	/** Tells where a position of it is in the file it came from; it has the same length as without private names. */
	readonly place: Place;
	readonly isPreloaded: boolean;
	/** The names of the modules that it imports. */
	readonly imports: readonly string[];
	/** What of the language it uses, of what not each image has. */
	readonly features: readonly Feature[];
}

export const readManifest = (): Manifest =>
	JSON.parse(readFileSync(join(ROOT, "manifest.json"), "utf8")) as Manifest;

/** Profiles of which an image has one. */
export type ImageProfile = "mqtt" | "azure-iot-hub";
const PROFILES: readonly ImageProfile[] = ["mqtt", "azure-iot-hub"];

/** Of what there is more than one, and an image has one. */
export interface ImageVariant {
	/** The lesson's if left out. */
	readonly profile?: ImageProfile | undefined;
	/** Whether the network is that of a radio on a serial port. */
	readonly hasRadio?: boolean | undefined;
	/** Whether the board gives commands itself, as by a button; with the lesson's profile only. */
	readonly hasButton?: boolean | undefined;
}

/** The files of the firmware's modules, by name, with one profile. */
export function firmwareFiles(
	manifest: Manifest,
	{ profile = "mqtt", hasRadio = false, hasButton = false }: ImageVariant = {},
): Map<string, string> {
	const files = new Map<string, string>();
	for (const [name, path] of Object.entries(manifest.modules)) {
		if (!OTHER_BOARD.test(name)) files.set(name, join(ROOT, `${path}.ts`));
	}
	const folder = "firmware/profiles";
	for (const other of PROFILES) {
		files.delete(`${folder}/only-${other}`);
		if (other === profile) continue;
		for (const name of [...files.keys()])
			if (name === `${folder}/${other}` || name.startsWith(`${folder}/${other}/`)) files.delete(name);
	}
	// For the composition roots of other boards: what comes to an image is whole.
	files.delete(`${folder}/azure-iot-hub/with-hub`);
	files.set(`${folder}/create-profile`, join(ROOT, `${folder}/only-${profile}.ts`));
	for (const name of [...BOARD, ...(hasRadio ? RADIO : SOCKETS)]) files.set(name, join(ROOT, `${name}.ts`));
	if (hasButton) for (const [name, other] of COMMANDING) files.set(name, join(ROOT, `${other}.ts`));
	files.set(NETWORK, join(ROOT, `${hasRadio ? RADIO_NETWORK : OWN_NETWORK}.ts`));
	return files;
}

/**
 * The modules as JavaScript, those that others import first. What a module exports and no other imports is
 * left out, with what only that needs: a command's argument that no command has takes no flash.
 * @param preload the names of those that are to live in flash; the board's do when all they import does
 * @throws EngineError for an import of what is no module, for what no image has, and for what differs without private names
 */
export async function transpile(
	files: ReadonlyMap<string, string>,
	preload: readonly string[],
): Promise<Module[]> {
	const whole = await bundleEach(files, new Map());
	const { sources, imports } = await bundleEach(
		files,
		namesUsed([...whole.sources.values()].map(({ text }) => text)),
	);
	const inFlash = new Set(preload);
	return inOrder(imports).map((name) => {
		const imported = [...(imports.get(name) ?? [])].sort();
		const all = imported.every((other) => inFlash.has(other));
		if (name.startsWith(board("")) && all) inFlash.add(name);
		const { text, place } = sources.get(name) as Bundle;
		const features = [...featuresOf(text, place)];
		const source = withoutPrivateNames(text, place);
		return { name, source, place, isPreloaded: inFlash.has(name), imports: imported, features };
	});
}

/** The names that modules import, by the module that exports them. */
function namesUsed(sources: readonly string[]): Map<string, Set<string>> {
	const used = new Map<string, Set<string>>();
	for (const [, first = "", list = "", module = ""] of sources.flatMap((source) => [
		...source.matchAll(IMPORT),
	])) {
		const names = used.get(module) ?? new Set();
		used.set(module, names);
		if (first !== "") names.add("default");
		for (const one of list.split(",")) names.add(one.trim().split(" ")[0] as string);
		names.delete("");
	}
	return used;
}

/** As esbuild writes it: a default, names in braces, or both. */
const IMPORT = /^import (?:(\w+),? )?(?:\{([^}]*)\} )?from "([^"]+)";$/gm;

/** A module as esbuild makes it. */
interface Bundle {
	readonly text: string;
	readonly place: Place;
}

/**
 * Each module as JavaScript, and what it imports; specifiers are modules' names.
 * @param used the exports to keep, by module; of a module that it lacks all are kept
 */
async function bundleEach(
	files: ReadonlyMap<string, string>,
	used: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<{ sources: Map<string, Bundle>; imports: Map<string, Set<string>> }> {
	// A file may stand in for a module, and is imported by the module's name, from where the module would be too.
	const names = new Map(
		[...files].flatMap(([name, file]) => [
			[join(ROOT, `${name}.ts`), name] as const,
			[join(dirname(file), `${basename(name)}.ts`), name] as const,
			[file, name] as const,
		]),
	);
	const imports = new Map<string, Set<string>>([...files.keys()].map((name) => [name, new Set()]));
	const entryPoints = [...files].map(([name, file]) => ({
		in: used.has(name) ? `${PART}${name}` : file,
		out: name,
	}));
	const { outputFiles } = await build({
		entryPoints,
		bundle: true,
		write: false,
		outdir: ROOT,
		sourcemap: "external",
		format: "esm",
		// What XS 13 has: all of ES2022.
		target: "es2022",
		legalComments: "none",
		// A constant in its place needs no closure, and each name of a variable is a key in flash.
		minifySyntax: true,
		minifyIdentifiers: true,
		logLevel: "silent",
		plugins: [parts(files, used), linkByName(names, imports)],
	}).catch((error: Error) => {
		throw new EngineError(error.message.split("\n").slice(0, 2).join(" "));
	});
	const texts = new Map(
		outputFiles.map(({ path, text }) => [relative(ROOT, path).split(sep).join("/"), text]),
	);
	const sources = new Map(
		[...files.keys()].map((name) => {
			const text = texts.get(`${name}.js`) as string;
			return [name, { text, place: placesOf(text, texts.get(`${name}.js.map`) as string, ROOT) }];
		}),
	);
	return { sources, imports };
}

/** Before a module's name: those of its exports that are used. */
const PART = "part:";

/** Bundles, as `part:NAME`, what is used of a module. */
const parts = (
	files: ReadonlyMap<string, string>,
	used: ReadonlyMap<string, ReadonlySet<string>>,
): Plugin => ({
	name: "parts",
	setup: ({ onResolve, onLoad }) => {
		onResolve({ filter: new RegExp(`^${PART}`) }, ({ path }) => ({
			path: path.slice(PART.length),
			namespace: PART,
		}));
		onResolve({ filter: /^/, namespace: PART }, ({ path }) => ({ path }));
		onLoad({ filter: /^/, namespace: PART }, ({ path }) => ({
			contents: `export { ${[...(used.get(path) ?? [])].sort().join(", ")} } from ${JSON.stringify(files.get(path))};`,
		}));
	},
});

/** Leaves imports as they are but for the specifier, and notes them. */
const linkByName = (
	names: ReadonlyMap<string, string>,
	imports: ReadonlyMap<string, Set<string>>,
): Plugin => ({
	name: "link by name",
	setup: ({ onResolve }) => {
		onResolve({ filter: /^\./ }, ({ path, importer }) => {
			const file = join(dirname(importer), path.replace(/\.js$/, ".ts"));
			const name = names.get(file);
			if (name === undefined) return { errors: [{ text: `${path} is not among the manifest's modules` }] };
			imports.get(names.get(importer) as string)?.add(name);
			return { path: name, external: true };
		});
	},
});

/** Depth first: an import comes before what imports it. */
function inOrder(imports: ReadonlyMap<string, ReadonlySet<string>>): string[] {
	const order = new Set<string>();
	const visiting = new Set<string>();
	const visit = (name: string) => {
		if (order.has(name) || visiting.has(name)) return;
		visiting.add(name);
		for (const other of [...(imports.get(name) ?? [])].sort()) visit(other);
		order.add(name);
	};
	for (const name of [...imports.keys()].sort()) visit(name);
	return [...order];
}
