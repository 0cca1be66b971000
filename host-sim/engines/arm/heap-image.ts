import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EngineError } from "../failure.js";
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

interface Need extends Room {
	/** Bytes of the modules. */
	readonly modules: number;
	readonly fits: number;
	/** Where the first block of slots begins in the heap image. */
	readonly firstHeap: number;
}

/** More than any firmware that fits the flash. */
const AMPLE: Room = { heap: 65_536, slots: 20_000, keys: 4000, chunks: 262_144 };

/**
 * Has the program build its heap image in QEMU, as small as it can be, and merges it into the program.
 * @param folder has `program.elf`; gets `image.elf` and `image.bin`
 */
export async function buildHeapImage(folder: string): Promise<ImageSizes> {
	const need = await buildTightly(folder);
	const words = ["--update-section", ".heapImage=heap.bin", "--remove-section", ".modules", "--strip-debug"];
	await run(OBJCOPY, [...words, "program.elf", "image.elf"], folder);
	await run(OBJCOPY, ["-O", "binary", "--remove-section", ".boot", "image.elf", "image.bin"], folder);
	const start = await addressOf(folder, "heapImage");
	const heap = readFileSync(join(folder, "heap.bin")).length;
	const engine = start - FLASH_START;
	const total = engine + heap;
	if (total > FLASH_SIZE) {
		throw new EngineError(`the image takes ${total} bytes, ${total - FLASH_SIZE} more than the flash has`);
	}
	return { engine, builtIns: heap - need.modules, app: need.modules, total, limit: FLASH_SIZE };
}

/** A heap image as a program has built it, with more room than it needs. */
export interface HeapImage {
	readonly bytes: Uint8Array;
	/** The address that it is for. */
	readonly base: number;
	/** Where its first block of slots begins, from its own beginning on. */
	readonly firstHeap: number;
}

/** Has a program build its heap image. */
export async function anyHeapImage(folder: string, program: string): Promise<HeapImage> {
	const { firstHeap } = await buildOnce(folder, AMPLE, program);
	const base = await addressOf(folder, "heapImage", program);
	return { bytes: readFileSync(join(folder, "heap.bin")), base, firstHeap };
}

/** How many slots more are tried at a time, and how many at most. */
const SLOT_STEP = 32;
const SLOT_LIMIT = 4000;

/** Once with ample room, to see what it needs, then with as little as suffices. */
async function buildTightly(folder: string): Promise<Need> {
	const ample = await buildOnce(folder, AMPLE);
	const { heap, keys, chunks } = await buildOnce(folder, { ...AMPLE, keys: ample.keys });
	for (let extra = SLOT_STEP; extra <= SLOT_LIMIT; extra += SLOT_STEP) {
		const need = await buildOnce(folder, { heap, slots: ample.slots + extra, keys, chunks });
		if (need.fits === 1) return need;
	}
	throw new EngineError("the heap image does not come out tight");
}

/** Milliseconds; it takes a tenth of a second. */
const TIMEOUT = 60_000;

async function buildOnce(
	folder: string,
	{ heap, slots, keys, chunks }: Room,
	program = "program.elf",
): Promise<Need> {
	const semihosting = ["enable=on", "target=native", "arg=heap.bin"];
	for (const value of [heap, slots, keys, chunks]) semihosting.push(`arg=${value}`);
	const words = ["-M", "mps2-an386", "-kernel", program, "-display", "none", "-monitor", "none"];
	const options = ["-serial", "null", "-serial", "null", "-semihosting-config", semihosting.join(",")];
	const output = await run(QEMU, [...words, ...options], folder, TIMEOUT).catch((error: Error) => {
		throw new EngineError(error.message.replace(`${QEMU}: `, ""));
	});
	const pairs = output.trim().split(" ");
	const number = (name: string) => Number(pairs[pairs.indexOf(name) + 1]);
	return {
		heap: number("heap"),
		slots: number("slots"),
		keys: number("keys"),
		chunks: number("chunks"),
		modules: number("modules"),
		fits: number("fits"),
		firstHeap: number("firstHeap"),
	};
}

async function addressOf(folder: string, symbol: string, program = "program.elf"): Promise<number> {
	const line = (await run(NM, [program], folder)).split("\n").find((text) => text.endsWith(` ${symbol}`));
	return Number.parseInt(line ?? "", 16);
}
