import { CALL_HEADER, Call, EVENT_HEADER, Reply } from "../../../firmware/boards/native/seam.js";
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
	define("", { CALL_HEADER, EVENT_HEADER });

/** `creation.h`: sizes of the machine, in slots and bytes, as the manifest wants them. */
export const creationHeader = ({ creation = {} }: Manifest): string =>
	define("CREATION_", {
		STACK: creation.stack ?? 512,
		CHUNK_INITIAL: creation.chunk?.initial ?? 4096,
		CHUNK_INCREMENTAL: creation.chunk?.incremental ?? 1024,
		// As many as it comes to need. XS collects twice before it lets a heap grow: a start takes 20 % longer with 512.
		HEAP_INITIAL: creation.heap?.initial ?? 672,
		HEAP_INCREMENTAL: creation.heap?.incremental ?? 64,
		KEYS_INITIAL: creation.keys?.initial ?? 64,
		KEYS_INCREMENTAL: creation.keys?.incremental ?? 32,
		// The built-ins take 190 of them for themselves.
		IMAGE_STACK: 384,
	});

const array = (name: string, bytes: Uint8Array, where: string): string =>
	`static ${where} ${name}[] = {${bytes.join(",")}};\n`;

/**
 * `modules.c`: the modules' bytecode. That of the preloaded ones is there only while the heap image
 * is built.
 * @param results what the bytecode compiler made of each module
 */
export function modulesSource(modules: readonly Module[], results: readonly Uint8Array[]): string {
	const arrays: string[] = [];
	const rows: string[] = [];
	modules.forEach(({ name, isPreloaded }, index) => {
		const result = results[index] as Uint8Array;
		const size = new DataView(result.buffer, result.byteOffset).getUint32(0, true);
		const code = result.subarray(4, 4 + size);
		const symbols = result.subarray(4 + size);
		const where = isPreloaded ? '__attribute__((section(".modules"))) uint8_t' : "const uint8_t";
		arrays.push(array(`code${index}`, code, where), array(`symbols${index}`, symbols, where));
		const parts = [`code${index}`, code.length, `symbols${index}`, symbols.length, Number(isPreloaded)];
		rows.push(`\t{ "${name}", ${parts.join(", ")} },\n`);
	});
	return `#include "engine.h"\n${arrays.join("")}const Module MODULES[] = {\n${rows.join("")}};
const unsigned MODULE_COUNT = ${modules.length};\n`;
}
