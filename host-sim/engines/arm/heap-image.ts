import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EngineError } from "../failure.js";
import type { ImageBoard } from "./boards.js";
import { Heap } from "./pack/heap.js";
import { pack } from "./pack/pack.js";
import { sharesOf } from "./pack/shares.js";
import { verify } from "./pack/verify.js";
import { NM, OBJCOPY, QEMU, run } from "./toolchain.js";
import { uncaught } from "./uncaught.js";

/** Bytes of flash. */
export interface ImageSizes {
	/** The engine, the C library and the board's C. */
	readonly engine: number;
	/** JavaScript's built-ins. */
	readonly builtIns: number;
	/** The firmware's modules. */
	readonly app: number;
	readonly total: number;
	readonly limit: number;
}

/** What the machine in the image is made with, more than any firmware that fits the flash: bytes of heap, slots, keys, bytes of chunks. */
const ROOM = [98_304, 20_000, 4000, 262_144] as const;

/** What is flashed before a program. */
const LOADER = ".loader";

/** What was built: how much flash it takes, the packed heap image, and the modules' bytecode in the form it has there. */
export interface Built {
	readonly sizes: ImageSizes;
	readonly heap: Heap;
	/** One preloaded module's behind the other's, in their order. */
	readonly code: Uint8Array;
}

/**
 * Has the program build its heap image in QEMU, packs it, and merges it into the program.
 * @param folder has `program.elf`; gets `image.elf`, `image.bin`, `shares.json` and, of a board with a loader,
 * `image.loader`
 * @param modules the names of those that are preloaded, in their order
 * @throws EngineError when it does not fit the flash, and what `pack` and `verify` throw
 */
export async function buildHeapImage(
	folder: string,
	modules: readonly string[],
	{ flash, hasLoader }: Pick<ImageBoard, "flash" | "hasLoader">,
): Promise<Built> {
	const builtIns = (await packed(folder, false)).heap.bytes.length;
	const { heap, code, places, original } = await packed(folder, true);
	const owners = readFileSync(join(folder, "owners.bin"));
	const shares = sharesOf({ original, packed: heap, places, owners }, modules, builtIns);
	writeFileSync(join(folder, "shares.json"), JSON.stringify(shares));
	writeFileSync(join(folder, "heap.bin"), heap.bytes);
	const words = ["--update-section", ".heapImage=heap.bin", "--remove-section", ".modules", "--strip-debug"];
	await run(OBJCOPY, [...words, "program.elf", "image.elf"], folder);
	const others = ["--remove-section", ".boot", "--remove-section", LOADER];
	await run(OBJCOPY, ["-O", "binary", ...others, "image.elf", "image.bin"], folder);
	if (hasLoader)
		await run(OBJCOPY, ["-O", "binary", "--only-section", LOADER, "image.elf", "image.loader"], folder);
	const engine = heap.base - flash.start;
	const total = engine + heap.bytes.length;
	if (total > flash.size) {
		throw new EngineError(`the image takes ${total} bytes, ${total - flash.size} more than the flash has`);
	}
	const app = heap.bytes.length - builtIns;
	return { sizes: { engine, builtIns, app, total, limit: flash.size }, heap, code };
}

async function packed(folder: string, withModules: boolean) {
	const { heap: original, code } = await heapAndCode(folder, "program.elf", withModules);
	const heap = pack(original);
	return { original, heap, code, places: verify(original, heap) };
}

/** Milliseconds; it takes a tenth of a second. */
const TIMEOUT = 60_000;

/** Has a program build its heap image, with the modules that are preloaded. */
export const heapImage = async (folder: string, program: string): Promise<Heap> =>
	(await heapAndCode(folder, program, true)).heap;

/**
 * A program's heap image and the code behind it.
 * @param withModules with the modules that are preloaded, or of the built-ins alone
 */
async function heapAndCode(
	folder: string,
	program: string,
	withModules: boolean,
): Promise<{ heap: Heap; code: Uint8Array }> {
	const semihosting = ["enable=on", "target=native", "arg=heap.bin"];
	for (const value of [...ROOM, Number(withModules)]) semihosting.push(`arg=${value}`);
	const words = ["-M", "mps2-an386", "-kernel", program, "-display", "none", "-monitor", "none"];
	const options = ["-serial", "null", "-serial", "null", "-semihosting-config", semihosting.join(",")];
	await run(QEMU, [...words, ...options], folder, TIMEOUT).catch((error: Error) => {
		throw new EngineError(uncaught(error.message.replace(`${QEMU}: `, ""), () => []));
	});
	const bytes = readFileSync(join(folder, "heap.bin"));
	const size = bytes.readUInt32LE(4);
	const base = await addressOf(folder, "heapImage", program);
	return { heap: new Heap(bytes.subarray(0, size), base), code: bytes.subarray(size) };
}

async function addressOf(folder: string, symbol: string, program: string): Promise<number> {
	const line = (await run(NM, [program], folder)).split("\n").find((text) => text.endsWith(` ${symbol}`));
	return Number.parseInt(line ?? "", 16);
}
