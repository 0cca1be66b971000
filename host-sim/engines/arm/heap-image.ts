import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EngineError } from "../failure.js";
import { Heap } from "./pack/heap.js";
import { pack } from "./pack/pack.js";
import { verify } from "./pack/verify.js";
import { NM, OBJCOPY, QEMU, run } from "./toolchain.js";

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

/**
 * Has the program build its heap image in QEMU, packs it, and merges it into the program.
 * @param folder has `program.elf`; gets `image.elf` and `image.bin`
 * @throws EngineError when it does not fit the flash, and what `pack` and `verify` throw
 */
export async function buildHeapImage(folder: string): Promise<ImageSizes> {
	const builtIns = (await packed(folder, false)).bytes.length;
	const heap = await packed(folder, true);
	writeFileSync(join(folder, "heap.bin"), heap.bytes);
	const words = ["--update-section", ".heapImage=heap.bin", "--remove-section", ".modules", "--strip-debug"];
	await run(OBJCOPY, [...words, "program.elf", "image.elf"], folder);
	await run(OBJCOPY, ["-O", "binary", "--remove-section", ".boot", "image.elf", "image.bin"], folder);
	const engine = heap.base - FLASH_START;
	const total = engine + heap.bytes.length;
	if (total > FLASH_SIZE) {
		throw new EngineError(`the image takes ${total} bytes, ${total - FLASH_SIZE} more than the flash has`);
	}
	return { engine, builtIns, app: heap.bytes.length - builtIns, total, limit: FLASH_SIZE };
}

async function packed(folder: string, withModules: boolean): Promise<Heap> {
	const heap = await heapImage(folder, "program.elf", withModules);
	const result = pack(heap);
	verify(heap, result);
	return result;
}

/**
 * Has a program build its heap image: twice to see how many keys it has, and what heap these take, for neither can be
 * packed.
 * @param withModules with the modules that are preloaded, or of the built-ins alone
 */
export async function heapImage(folder: string, program: string, withModules = true): Promise<Heap> {
	const { keys } = await buildOnce(folder, program, AMPLE, withModules);
	const { heap } = await buildOnce(folder, program, { ...AMPLE, keys }, withModules);
	await buildOnce(folder, program, { ...AMPLE, keys, heap }, withModules);
	return new Heap(readFileSync(join(folder, "heap.bin")), await addressOf(folder, "heapImage", program));
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
		throw new EngineError(error.message.replace(`${QEMU}: `, ""));
	});
	const [, heapUsed, keysUsed] = /^heap (\d+) keys (\d+)$/m.exec(output) ?? [];
	return { heap: Number(heapUsed), keys: Number(keysUsed) };
}

async function addressOf(folder: string, symbol: string, program: string): Promise<number> {
	const line = (await run(NM, [program], folder)).split("\n").find((text) => text.endsWith(` ${symbol}`));
	return Number.parseInt(line ?? "", 16);
}
