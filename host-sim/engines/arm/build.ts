import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cached } from "../cache.js";
import { boardFiles, COMMON, type ImageBoard, linkerScripts, MPS2_AN386 } from "./boards.js";
import { bytecodeCompiler, engineObjects, engineSources, objectOf, XS_SOURCES } from "./compile-engine.js";
import { featuresHeader } from "./features.js";
import { keeping, moving, onlyBuilds, pointedInto } from "./flashed.js";
import { creationHeader, modulesSource, seamHeader } from "./generate.js";
import { staticsHeader, staticsOf, together } from "./globals.js";
import { buildHeapImage, heapImage, type ImageSizes } from "./heap-image.js";
import { engineNames, globalsOf, keptHeader, keptNames, lookedUpNames, namesOf } from "./kept-names.js";
import { type Placed, placedIn } from "./link-map.js";
import {
	firmwareFiles,
	type ImageVariant,
	type Manifest,
	type Module,
	readManifest,
	transpile,
} from "./modules.js";
import type { Share } from "./pack/shares.js";
import { type Compiled, type Places, parseLines, placesAt, placesIn } from "./places.js";
import { spread } from "./spread.js";
import {
	ARM_GCC,
	CHIP_FLAGS,
	contentsOf,
	digest,
	filesOf,
	forEach,
	LINK_FLAGS,
	run,
	toolchainVersion,
} from "./toolchain.js";
import { uncaught } from "./uncaught.js";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/** Where an image's parts are, and what they take. */
export interface ArmImage {
	/** The program with its heap image, for QEMU. */
	readonly elf: string;
	/** The same as it is flashed, from where the board's flash begins. */
	readonly bin: string;
	/** What is flashed before it, of a board that has such a thing. */
	readonly loader: string;
	readonly sizes: ImageSizes;
	/** Bytes of each of the board's own C sources, which `sizes.engine` has as well. */
	readonly boardBytes: Readonly<Record<string, number>>;
	/** Why it ended, for people: with the place in the sources. */
	readonly explain: (reason: string) => string;
	/** What each preloaded module has of the heap image, the largest first. */
	readonly shares: readonly Share[];
}

export interface BuildOptions extends ImageVariant {
	/** What it is to run on; QEMU's board if left out. */
	readonly board?: ImageBoard;
	/** Hears, in lines for people, that it takes its time. */
	readonly log: (line: string) => void;
	/** Modules in place of the manifest's, by name. */
	readonly files?: ReadonlyMap<string, string>;
	/** Names of the modules that are to live in flash, in place of the manifest's. */
	readonly preload?: readonly string[];
}

/**
 * The firmware as an image for a Cortex-M4, built when it is first needed (about a minute) and kept;
 * after a change of the firmware it takes seconds.
 * @throws EngineError without the tools, for a module that does not compile or cannot live in flash,
 * or when the image does not fit
 */
export async function armImage(options: BuildOptions): Promise<ArmImage> {
	const { board = MPS2_AN386 } = options;
	const manifest = readManifest();
	const modules = await transpile(
		options.files ?? firmwareFiles(manifest, options),
		options.preload ?? manifest.preload ?? [],
	);
	const key = digest([
		await toolchainVersion(),
		...contentsOf(filesOf(XS_SOURCES, ".c", ".h")),
		...contentsOf(boardFiles(board, ".c", ".h", ".ld")),
		...contentsOf(filesOf(HERE, ".c", ".h", ".ts")),
		...[board.name, JSON.stringify([board.flash, board.cStackSize, board.heapSize])],
		...[seamHeader(), creationHeader(manifest), JSON.stringify(modules)],
	]);
	const folder = await cached({
		kind: "arm-image",
		key,
		exists: (folder) => existsSync(join(folder, "sizes.json")),
		build: async (folder) => {
			await buildImage(folder, manifest, modules, options.log, board);
			for (const name of readdirSync(folder)) if (!RESULTS.includes(name)) rmSync(join(folder, name));
		},
	});
	const sizes = JSON.parse(readFileSync(join(folder, "sizes.json"), "utf8")) as ImageSizes;
	const explain = (reason: string): string => {
		const places = JSON.parse(readFileSync(join(folder, "places.json"), "utf8")) as Places;
		return uncaught(reason, (address) =>
			placesAt(places, address).map(({ module, position }) => (modules[module] as Module).place(position)),
		);
	};
	const shares = JSON.parse(readFileSync(join(folder, "shares.json"), "utf8")) as Share[];
	const [elf, bin, loader] = ["elf", "bin", "loader"].map((ending) => join(folder, `image.${ending}`));
	const boardBytes = JSON.parse(readFileSync(join(folder, "board.json"), "utf8")) as ArmImage["boardBytes"];
	return { elf, bin, loader, sizes, boardBytes, explain, shares } as ArmImage;
}

/** What is kept of a build. */
const RESULTS = [
	"image.elf",
	"image.bin",
	"image.loader",
	"board.json",
	"places.json",
	"shares.json",
	"sizes.json",
];

/** Builds the image into a folder, whatever the cache holds of it. */
export async function buildImage(
	folder: string,
	manifest: Manifest,
	modules: readonly Module[],
	log: (line: string) => void,
	board: ImageBoard = MPS2_AN386,
): Promise<void> {
	const [compiler, engine] = await Promise.all([bytecodeCompiler(), engineObjects(log)]);
	writeFileSync(join(folder, "seam.h"), seamHeader());
	writeFileSync(join(folder, "creation.h"), creationHeader(manifest));
	const compiled = await compileModules(compiler, folder, modules);
	const names = new Set(modules.flatMap((_, index) => namesOf(readFileSync(compiledOf(folder, index)))));
	const engineTexts = engineSources().map((file) => readFileSync(file, "utf8"));
	const common = readFileSync(join(XS_SOURCES, "xsCommon.c"), "utf8");
	const known = engineNames(common);
	const lookedUp = lookedUpNames(engineTexts);
	const kept = keptNames(lookedUp, names);
	const statics = together(modules.map((module) => staticsOf(module.source)));
	const own = new Set(known.filter((name) => kept.has(name)));
	writeFileSync(join(folder, "kept.h"), keptHeader(known, kept));
	writeFileSync(join(folder, "statics.h"), staticsHeader(globalsOf(known), statics, { lookedUp, kept: own }));
	const features = new Set(modules.flatMap((module) => module.features));
	if (names.has("BigInt")) features.add("BIGINT");
	if (names.has("pow")) features.add("POWER");
	// It measures its digits by them.
	if (features.has("BIGINT")) features.add("LOGARITHM");
	const signs = modules.some(({ name }) => name === "firmware/profiles/azure-iot-hub/token");
	writeFileSync(join(folder, "features.h"), featuresHeader(features, names, signs));
	const sources = [...boardFiles(board, ".c"), join(folder, "modules.c")];
	await forEach(sources, (source) =>
		run(
			ARM_GCC,
			[
				...[...CHIP_FLAGS, ...ownTexts(source), "-Wall", `-I${COMMON}`, `-I${board.folder}`, "-I."],
				...["-c", source, "-o", objectOf(source)],
			],
			folder,
		),
	);
	const objects = [...sources.map(objectOf), ...filesOf(engine, ".o")];
	// What stands for it is there only in an image without.
	const options = [
		...(features.has("BIGINT") ? [] : ["-Wl,--wrap=gxTypeBigInt"]),
		...(features.has("POWER") ? [] : ["-Wl,--wrap=fx_pow"]),
		...(features.has("LOGARITHM") ? [] : ["-Wl,--wrap=log", "-Wl,--wrap=log1p"]),
	];
	const placed = await linkProgram(folder, objects, options, board);
	writeFileSync(join(folder, "board.json"), JSON.stringify(bytesOf(board, placed)));
	const preloaded = modules.filter(({ isPreloaded }) => isPreloaded);
	const { sizes, heap, code } = await buildHeapImage(
		folder,
		preloaded.map(({ name }) => name),
		board,
	);
	const compiledInFlash = compiled.map((one, index) =>
		modules[index]?.isPreloaded ? one : { ...one, size: 0, lines: { ...one.lines, functions: [] } },
	);
	writeFileSync(join(folder, "places.json"), JSON.stringify(placesIn(heap, code, compiledInFlash)));
	const flashed = modules.filter(({ isPreloaded }) => !isPreloaded);
	const app = flashed.reduce((sum, { name }) => sum + resultOf(folder, modules, name).length - 4, 0);
	writeFileSync(
		join(folder, "sizes.json"),
		JSON.stringify({ ...sizes, engine: sizes.engine - app, app: sizes.app + app }),
	);
}

/** What each C source of a board's own takes of its flash. */
function bytesOf({ folder, flash }: ImageBoard, placed: readonly Placed[]): ArmImage["boardBytes"] {
	const flashed = placed.filter(
		({ address }) => address >= flash.start && address < flash.start + flash.size,
	);
	return Object.fromEntries(
		filesOf(folder, ".c").map((source) => [
			basename(source),
			flashed
				.filter(({ object }) => basename(object) === objectOf(source))
				.reduce((sum, { size }) => sum + size, 0),
		]),
	);
}

/** Links `program.elf`, in which what only builds the heap image is out of the flash; returns what is where in it. */
async function linkProgram(
	folder: string,
	objects: readonly string[],
	usual: readonly string[],
	board: ImageBoard,
): Promise<Placed[]> {
	const script = contentsOf(linkerScripts(board)).map(String).join("\n");
	const link = async (name: string, text: string, ...options: string[]): Promise<Placed[]> => {
		writeFileSync(join(folder, `${name}.ld`), text);
		const sizes = { C_STACK_SIZE: board.cStackSize, HEAP_SIZE: board.heapSize };
		const words = Object.entries(sizes).map(([size, value]) => `-Wl,--defsym=${size}=${value}`);
		const files = ["-T", `${name}.ld`, `-Wl,-Map=${name}.map`, "-o", `${name}.elf`];
		await run(ARM_GCC, [...LINK_FLAGS, ...usual, ...words, ...options, ...files, ...objects, "-lm"], folder);
		return placedIn(readFileSync(join(folder, `${name}.map`), "utf8"));
	};
	const whole = await link("whole", script);
	const roots = pointedInto(whole, await heapImage(folder, "whole.elf"));
	// Without its last use, all that it alone needs goes.
	const withoutBuilder = ["-Wl,--wrap=buildImage", "-Wl,--defsym=__wrap_buildImage=0"];
	const flashed = await link("flashed", keeping(script, roots), ...withoutBuilder);
	return link("program", moving(script, onlyBuilds(whole, flashed)));
}

/** C sources of the board that only build the heap image: their texts must not be merged with those in the flash. */
const BUILDERS = [
	...["code-ids.c", "owners.c", "preload.c", "prune.c", "semihosting.c"],
	...["strip-modules.c", "strip-names.c"],
];

const ownTexts = (source: string): string[] =>
	BUILDERS.includes(basename(source)) ? ["-fno-merge-constants"] : [];

const compiledOf = (folder: string, index: number): string => join(folder, `module-${index}.bytecode`);

const resultOf = (folder: string, modules: readonly Module[], name: string): Uint8Array =>
	readFileSync(
		compiledOf(
			folder,
			modules.findIndex((module) => module.name === name),
		),
	);

async function compileModules(
	compiler: string,
	folder: string,
	modules: readonly Module[],
): Promise<Compiled[]> {
	const starts: (readonly number[])[] = [];
	const words = modules.flatMap(({ source }, index) => {
		const lines = spread(source);
		starts.push(lines.starts);
		writeFileSync(join(folder, `module-${index}.js`), lines.text);
		return [`module-${index}.js`, `module-${index}.bytecode`];
	});
	await run(compiler, words, folder);
	const results = modules.map(({ name }) => resultOf(folder, modules, name));
	writeFileSync(join(folder, "modules.c"), modulesSource(modules, results));
	return results.map((result, index) => ({
		size: new DataView(result.buffer, result.byteOffset).getUint32(0, true),
		lines: parseLines(readFileSync(`${compiledOf(folder, index)}.lines`, "utf8")),
		starts: starts[index] as readonly number[],
	}));
}
