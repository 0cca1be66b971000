import {
	BOARD_COMMAND,
	CALL_HEADER,
	Call,
	Control,
	EVENT_HEADER,
	NativeEvent,
	Reply,
} from "../../../firmware/boards/native/seam.js";
import type { Manifest, Module } from "./modules.js";
import { Bridge } from "./protocol.js";

const define = (prefix: string, values: Readonly<Record<string, number>>): string =>
	Object.entries(values)
		.map(([name, value]) => `#define ${prefix}${name} ${value}\n`)
		.join("");

/** `seam.h`: the numbers of the seam, which has one source. */
export const seamHeader = (): string =>
	define("CALL_", Call) +
	define("REPLY_", Reply) +
	define("BRIDGE_", Bridge) +
	define("EVENT_", NativeEvent) +
	define("CONTROL_", Control) +
	define("", { BOARD_COMMAND, CALL_HEADER, EVENT_HEADER });

/** `creation.h`: sizes of the machine, in slots and bytes, as the manifest wants them. */
export const creationHeader = ({ creation = {} }: Manifest): string =>
	define("CREATION_", {
		STACK: creation.stack ?? 768,
		CHUNK_INITIAL: creation.chunk?.initial ?? 4096,
		CHUNK_INCREMENTAL: creation.chunk?.incremental ?? 1024,
		// As many as it comes to need. XS collects twice before it lets a heap grow: a start takes 20 % longer with 512.
		HEAP_INITIAL: creation.heap?.initial ?? 672,
		HEAP_INCREMENTAL: creation.heap?.incremental ?? 64,
		KEYS_INITIAL: creation.keys?.initial ?? 64,
		KEYS_INCREMENTAL: creation.keys?.incremental ?? 32,
		// While the heap image is built; of it only what is in use comes into the flash.
		IMAGE_STACK: 4096,
	});

/** In a section that is there only while the heap image is built. */
const BUILDING = '__attribute__((section(".modules")))';

const array = (name: string, type: string, values: readonly (string | number)[]): string =>
	`static ${type} ${name}[] = {${values.join(",")}};\n`;

const text = (value: string): string => JSON.stringify(value);

/** The composition root: `main.c` asks for it. */
const MAIN = "firmware/boards/cortex-m4/main";

/**
 * The modules that are asked for by name when the image runs: those that no other imports, as the composition root is;
 * those in RAM and what they import; and what may be imported late, by `import()`.
 */
export function askedFor(modules: readonly Module[]): Set<string> {
	const imported = new Set(modules.flatMap(({ imports }) => imports));
	const roots = modules.filter(({ name }) => !imported.has(name)).map(({ name }) => name);
	const inRam = modules.filter(({ isPreloaded }) => !isPreloaded).map(({ name }) => name);
	const asking = modules.filter(({ isPreloaded, features }) => !isPreloaded || features.includes("IMPORT"));
	return new Set([MAIN, ...roots, ...inRam, ...asking.flatMap(({ imports }) => imports)]);
}

/**
 * `modules.c`: the modules' bytecode, and their names. Of the preloaded ones they are there only while the heap image
 * is built, but for the names that are asked for when it runs.
 * @param results what the bytecode compiler made of each module
 */
export function modulesSource(modules: readonly Module[], results: readonly Uint8Array[]): string {
	const asked = askedFor(modules);
	const declarations: string[] = [];
	const preloaded: string[] = [];
	const known: string[] = [];
	modules.forEach(({ name, isPreloaded }, index) => {
		const result = results[index] as Uint8Array;
		const size = new DataView(result.buffer, result.byteOffset).getUint32(0, true);
		const type = isPreloaded ? `${BUILDING} uint8_t` : "const uint8_t";
		const [code, symbols] = [result.subarray(4, 4 + size), result.subarray(4 + size)];
		declarations.push(array(`code${index}`, type, [...code]), array(`symbols${index}`, type, [...symbols]));
		const bytes = `code${index}, ${code.length}, symbols${index}, ${symbols.length}`;
		if (isPreloaded) {
			declarations.push(`static ${BUILDING} char name${index}[] = ${text(name)};\n`);
			preloaded.push(`\t{ name${index}, ${bytes}, true },\n`);
		}
		if (asked.has(name))
			known.push(`\t{ ${text(name)}, ${isPreloaded ? "C_NULL, 0, C_NULL, 0, true" : `${bytes}, false`} },\n`);
	});
	return `#include "engine.h"\n${declarations.join("")}const Module MODULES[] = {\n${known.join("")}};
const unsigned MODULE_COUNT = ${known.length};
Module PRELOADED[] ${BUILDING} = {\n${preloaded.join("")}};
unsigned PRELOADED_COUNT ${BUILDING} = ${preloaded.length};\n`;
}
