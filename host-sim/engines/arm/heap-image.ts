import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EngineError } from "../failure.js";
import { Heap } from "./pack/heap.js";
import { pack } from "./pack/pack.js";
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

/** Flash that a program may fill, behind the boot loader (`memory.ld`). */
const FLASH_START = 0x4000;
const FLASH_SIZE = 507_904;

/** What the machine in the image is made with: bytes of heap, slots, keys, bytes of chunks. */
interface Room {
	readonly heap: number;
	readonly slots: number;
	readonly keys: number;
	readonly chunks: number;
}

/** More than any firmware that fits the flash. */
const AMPLE: Room = { heap: 65_536, slots: 20_000, keys: 4000, chunks: 262_144 };

/** What was built: how much flash it takes, the packed heap image, and the modules' bytecode in the form it has there. */
export interface Built {
	readonly sizes: ImageSizes;
	readonly heap: Heap;
	/** One module's behind the other's, in their order. */
	readonly code: Uint8Array;
}

/**
 * Has the program build its heap image in QEMU, packs it, and merges it into the program.
 * @param folder has `program.elf`; gets `image.elf` and `image.bin`
 * @throws EngineError when it does not fit the flash, and what `pack` and `verify` throw
 */
export async function buildHeapImage(folder: string): Promise<Built> {
	const builtIns = (await packed(folder, false)).heap.bytes.length;
	const { heap, code } = await packed(folder, true);
	writeFileSync(join(folder, "heap.bin"), heap.bytes);
	const words = ["--update-section", ".heapImage=heap.bin", "--remove-section", ".modules", "--strip-debug"];
	await run(OBJCOPY, [...words, "program.elf", "image.elf"], folder);
	await run(OBJCOPY, ["-O", "binary", "--remove-section", ".boot", "image.elf", "image.bin"], folder);
	const engine = heap.base - FLASH_START;
	const total = engine + heap.bytes.length;
	if (total > FLASH_SIZE) {
		throw new EngineError(`the image takes ${total} bytes, ${total - FLASH_SIZE} more than the flash has`);
	}
	const app = heap.bytes.length - builtIns;
	return { sizes: { engine, builtIns, app, total, limit: FLASH_SIZE }, heap, code };
}

async function packed(folder: string, withModules: boolean): Promise<{ heap: Heap; code: Uint8Array }> {
	const { heap, code } = await heapAndCode(folder, "program.elf", withModules);
	const result = pack(heap);
	verify(heap, result);
	return { heap: result, code };
}

/** Has a program build its heap image, with the modules that are preloaded. */
export const heapImage = async (folder: string, program: string): Promise<Heap> =>
	(await heapAndCode(folder, program, true)).heap;

/**
 * A program's heap image and the code behind it: built twice to see how many keys it has, and what heap these take,
 * for neither can be packed.
 * @param withModules with the modules that are preloaded, or of the built-ins alone
 */
async function heapAndCode(
	folder: string,
	program: string,
	withModules: boolean,
): Promise<{ heap: Heap; code: Uint8Array }> {
	const { keys } = await buildOnce(folder, program, AMPLE, withModules);
	const { heap } = await buildOnce(folder, program, { ...AMPLE, keys }, withModules);
	await buildOnce(folder, program, { ...AMPLE, keys, heap }, withModules);
	const bytes = readFileSync(join(folder, "heap.bin"));
	const size = bytes.readUInt32LE(4);
	const base = await addressOf(folder, "heapImage", program);
	return { heap: new Heap(bytes.subarray(0, size), base), code: bytes.subarray(size) };
}

/** Milliseconds; it takes a tenth of a second. */
const TIMEOUT = 60_000;

async function buildOnce(
	folder: string,
	program: string,
	{ heap, slots, keys, chunks }: Room,
	withModules: boolean,
): Promise<{ heap: number; keys: number }> {
	const semihosting = ["enable=on", "target=native", "arg=heap.bin"];
	for (const value of [heap, slots, keys, chunks, Number(withModules)]) semihosting.push(`arg=${value}`);
	const words = ["-M", "mps2-an386", "-kernel", program, "-display", "none", "-monitor", "none"];
	const options = ["-serial", "null", "-serial", "null", "-semihosting-config", semihosting.join(",")];
	const output = await run(QEMU, [...words, ...options], folder, TIMEOUT).catch((error: Error) => {
		throw new EngineError(uncaught(error.message.replace(`${QEMU}: `, ""), () => []));
	});
	const [, heapUsed, keysUsed] = /^heap (\d+) keys (\d+)$/m.exec(output) ?? [];
	return { heap: Number(heapUsed), keys: Number(keysUsed) };
}

async function addressOf(folder: string, symbol: string, program: string): Promise<number> {
	const line = (await run(NM, [program], folder)).split("\n").find((text) => text.endsWith(` ${symbol}`));
	return Number.parseInt(line ?? "", 16);
}
