import { existsSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cached } from "../cache.js";
import { COMMON } from "./boards.js";
import {
	ARM_GCC,
	CHIP_FLAGS,
	contentsOf,
	digest,
	filesOf,
	forEach,
	OBJCOPY,
	run,
	toolchainVersion,
	XS,
	XS_FLAGS,
} from "./toolchain.js";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/** The engine's C sources and headers. */
export const XS_SOURCES = join(XS, "sources");

/** The engine's own compiler: what it needs of the sources. */
const COMPILER_PARTS = [
	...["BigInt", "Code", "Common", "dtoa", "Lexical", "re", "Scope", "Script", "SourceMap", "Syntaxical"],
	"Tree",
];
/** What the image has no use for. */
const LEFT_OUT = ["xsSnapshot.c", "xsLockdown.c", "xsmc.c"];

/** What a C source becomes. */
export const objectOf = (source: string): string => basename(source).replace(/\.c$/, ".o");

/** Our bytecode compiler's program. */
export async function bytecodeCompiler(): Promise<string> {
	const own = filesOf(HERE, ".c");
	const sources = [...own, ...COMPILER_PARTS.map((name) => join(XS_SOURCES, `xs${name}.c`))];
	const platform = join(COMMON, "xs-platform.h");
	const key = digest([
		await toolchainVersion(),
		...contentsOf([platform, ...filesOf(HERE, ".h"), ...sources]),
	]);
	const folder = await cached({
		kind: "xs-bytecode",
		key,
		exists: (folder) => existsSync(join(folder, "bytecode")),
		build: async (folder) => {
			const flags = [...XS_FLAGS, `-I${COMMON}`, `-I${HERE}`, "-w", "-O1", "-DmxCompile=1", "-DmxParse=1"];
			const heard = ["fxNewParserChunkClear", "fxCheckParserStack"].map((name) => `-Wl,--wrap=${name}`);
			await run("gcc", [...flags, ...heard, ...sources, "-lm", "-o", "bytecode"], folder);
		},
	});
	return join(folder, "bytecode");
}

/** The C sources that an image is made of. */
export const engineSources = (): string[] =>
	filesOf(XS_SOURCES, ".c").filter((file) => !LEFT_OUT.includes(basename(file)));

/** Flags of single sources. */
const FLAGS_OF: Readonly<Record<string, readonly string[]>> = {
	// Only so does the global object's cache stay out of the shared machine, which is in flash.
	"xsAPI.c": ["-DmxLink=1"],
	// Its variables are to be in registers: a third fewer instructions, and 6 KB less (xs-platform.h).
	"xsRun.c": ["-Dc_setjmp=setInterpreterJump"],
	// Its names, which only build the heap image, are not to be one with texts of others.
	"xsCommon.c": ["-fno-merge-constants"],
};

/** What `left-out.c` has others of, though its own file calls it. */
const WEAK: Readonly<Record<string, readonly string[]>> = {
	"xsModule.c": ["fxLoadVirtualModuleSource", "fxLoadVirtualModuleNamespace", "fxExecuteVirtualModuleSource"],
};

/** The folder with the engine's objects. */
export async function engineObjects(log: (line: string) => void): Promise<string> {
	const platform = join(COMMON, "xs-platform.h");
	const key = digest([
		await toolchainVersion(),
		...CHIP_FLAGS.filter((flag) => !flag.includes(XS)),
		JSON.stringify([FLAGS_OF, WEAK]),
		...contentsOf([platform, ...filesOf(XS_SOURCES, ".c", ".h")]),
	]);
	const done = "done";
	return cached({
		kind: "arm-engine",
		key,
		exists: (folder) => existsSync(join(folder, done)),
		build: async (folder) => {
			log("Compiling XS for the Cortex-M4; this happens once and takes about a minute");
			await forEach(engineSources(), async (source) => {
				const flags = FLAGS_OF[basename(source)] ?? [];
				const object = objectOf(source);
				await run(
					ARM_GCC,
					[...CHIP_FLAGS, ...flags, "-w", `-I${COMMON}`, "-c", source, "-o", object],
					folder,
				);
				const weak = (WEAK[basename(source)] ?? []).map((name) => `--weaken-symbol=${name}`);
				if (weak.length > 0) await run(OBJCOPY, [...weak, object], folder);
			});
			writeFileSync(join(folder, done), "");
		},
	});
}
