import type { Directory, File } from "embedded:storage/files";
import type { ByteBuffer, Flash, FlashStatus, FlashStorage } from "../../ecma-419.js";
import { replaceFile } from "./file.js";

const BLOCK_LENGTH = 4096;
const BLOCKS = 16;
const SIZE = BLOCKS * BLOCK_LENGTH;

/** A file that is no partition: one whose making was cut off. */
const UNFINISHED = "unfinished~";

/** Names of partitions that are file names as they are; the firmware has no others. */
const NAME = /^[a-z0-9-]{1,64}$/;

const inRange = (start: number, end: number, limit: number): void => {
	if (!(start >= 0 && start <= end && end <= limit)) {
		throw new RangeError(`${start} to ${end} is not within 0 to ${limit}`);
	}
};

/** A flash partition (ECMA-419, 3rd edition, §28): a file, byte for byte, erased at first. */
class Partition implements Flash {
	readonly #isWritable: boolean;
	#file: File | undefined;

	constructor(folder: Directory, path: string, isWritable: boolean) {
		if (!NAME.test(path)) throw new RangeError("a partition wants 1 to 64 of a-z, 0-9 and -");
		const name = `${path}.flash`;
		const { size } = folder.status(name);
		if (size === undefined) replaceFile(folder, name, new Uint8Array(SIZE).fill(0xff), UNFINISHED);
		else if (size !== SIZE) throw new Error(`${name} has ${size} bytes, not ${SIZE}; move it away`);
		this.#isWritable = isWritable;
		this.#file = folder.openFile({ path: name, mode: isWritable ? "r+" : "r" });
	}

	eraseBlock(start: number, end = start + 1): void {
		inRange(start, end, BLOCKS);
		this.#replace(new Uint8Array((end - start) * BLOCK_LENGTH).fill(0xff), start * BLOCK_LENGTH);
	}

	read(byteLength: number, byteOffset: number): ArrayBuffer {
		inRange(byteOffset, byteOffset + byteLength, SIZE);
		return this.#open.read(byteLength, byteOffset);
	}

	write(data: ByteBuffer, byteOffset: number): void {
		const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
		const old = new Uint8Array(this.read(bytes.length, byteOffset));
		this.#replace(
			bytes.map((byte, index) => byte & (old[index] as number)),
			byteOffset,
		);
	}

	status(): FlashStatus {
		return { size: SIZE, blocks: BLOCKS, blockLength: BLOCK_LENGTH };
	}

	close(): void {
		this.#file?.close();
		this.#file = undefined;
	}

	get #open(): File {
		if (this.#file === undefined) throw new Error("the partition is closed");
		return this.#file;
	}

	/** Durably; the file takes nothing that lies in flash, which what comes here does not. */
	#replace(bytes: Uint8Array, offset: number): void {
		const file = this.#open;
		if (!this.#isWritable) throw new Error("the partition is open for reading only");
		file.write(bytes, offset);
		file.flush();
	}
}

/** The flash memory that the SDK lacks on Linux, in the folder of the board's files. */
export const createFlash = (folder: Directory): FlashStorage =>
	Object.freeze({
		open: ({ path, mode }: { path: string; mode?: "r" | "r+" }) => new Partition(folder, path, mode !== "r"),
	});
