import { type ByteBuffer, bytesOf } from "./byte-buffer.js";
import { fileNameOf } from "./file-name.js";
import { ERASED, FlashFile, type FlashMedium, FlashMemory } from "./flash-file.js";
import { defineTarget, Lifetime } from "./lifetime.js";
import { integer, oneOf, optional, optionsObject, type Range, required } from "./options.js";
import type { StorageObserver } from "./storage-health.js";

/** Behind the name of a partition's file: no domain of the key-value storage has a dot in its name. */
const EXTENSION = ".flash";

/** Options of `open` (§28, "Flash"). */
export interface OpenOptions {
	/** Name of the partition: any string but the empty one. */
	readonly path: string;
	/** Read-only or, when absent, read and write. */
	readonly mode?: "r" | "r+";
	readonly format?: "buffer";
	readonly target?: unknown;
}

/** What there is of a partition; all in bytes but `blocks`. */
export interface FlashStatus {
	readonly size: number;
	readonly blocks: number;
	readonly blockLength: number;
}

/** The flash storage of a board (§28, "Flash"). */
export interface FlashStorage {
	/**
	 * Opens a partition; one that is new is erased. It may be open several times: each operation is one step.
	 * @throws Error without options, when one is out of range, or when the file cannot be used
	 */
	open(options: OpenOptions): Flash;
}

export type { Flash };

/** What a flash storage is made of. */
export interface FlashOptions {
	/** The folder of the partitions' files, made when the first is opened; in memory when absent. One process at a time. */
	readonly folder?: string;
	/** Blocks of each partition; 16 when absent. */
	readonly blocks?: number;
	/** Bytes of a block; 4096 when absent. */
	readonly blockLength?: number;
	/** Hears how operations do. */
	readonly observer?: StorageObserver;
}

/** How a partition comes to its bytes. */
type Attach = (path: string, size: number) => FlashMedium;

/** Known to this module only, so that the constructor throws for everyone else. */
const KEY = Symbol();

const mode = oneOf("r", "r+");
const format = oneOf("buffer");
const partitionName: Range<string> = (value, name) => {
	const path = String(value);
	if (path !== "" && fileNameOf(path, EXTENSION) !== undefined) return path;
	throw new RangeError(`${name}: empty, or too long for a file name`);
};

/** A partition (§28, "Flash Class Pattern"). */
class Flash {
	declare target?: unknown;
	readonly #lifetime: Lifetime<Flash>;
	readonly #medium: FlashMedium;
	readonly #isWritable: boolean;
	readonly #status: FlashStatus;

	/** @throws TypeError always; use `open` (§28, "Persistent Storage") */
	constructor(key: unknown, attach: Attach, blocks: number, blockLength: number, options: unknown) {
		if (key !== KEY) throw new TypeError("a flash partition is made by open");
		const given = optionsObject(options);
		const path = required(given, "path", partitionName);
		this.#isWritable = optional(given, "mode", mode, "r+") === "r+";
		optional(given, "format", format, "buffer");
		defineTarget(this, given);
		this.#status = { size: blocks * blockLength, blocks, blockLength };
		this.#medium = attach(path, this.#status.size);
		this.#lifetime = new Lifetime(this);
	}

	/** The data format, which is "buffer". @throws Error when set to another, or after `close` */
	get format(): "buffer" {
		this.#lifetime.check();
		return "buffer";
	}

	set format(value: "buffer") {
		this.#lifetime.check();
		format(value, "format");
	}

	/**
	 * Makes every byte of the blocks from `start` up to, not including, `end` (`start + 1` when absent) 0xFF; durable
	 * when it returns.
	 * @throws RangeError when there are no such blocks
	 * @throws Error after `close`, when read-only, or when the file cannot be written
	 */
	eraseBlock(start: number, end?: number): void {
		this.#checkWritable();
		const { blocks, blockLength } = this.#status;
		const first = integer(0, blocks - 1)(start, "start");
		const last = integer(first, blocks)(end ?? first + 1, "end");
		const bytes = new Uint8Array((last - first) * blockLength).fill(ERASED);
		this.#medium.write(bytes, first * blockLength);
	}

	/**
	 * Bytes from `byteOffset` on, in a buffer of their own.
	 * @throws RangeError when not all of them are in the partition
	 * @throws Error after `close`, or when the file cannot be read
	 */
	read(byteLength: number, byteOffset: number): ArrayBuffer;
	/** The same, into a buffer, as many as it holds; returns their number. */
	read(buffer: ByteBuffer, byteOffset: number): number;
	read(wanted: number | ByteBuffer, byteOffset: number): ArrayBuffer | number {
		this.#lifetime.check();
		const target = typeof wanted === "object" ? bytesOf(wanted) : undefined;
		const length = integer(0, this.#status.size)(target?.length ?? wanted, "byteLength");
		const bytes = this.#medium.read(length, this.#offset(byteOffset, length));
		if (target === undefined) return bytes.buffer;
		target.set(bytes);
		return length;
	}

	/**
	 * Programs bytes: a bit becomes 0 or stays. They are durable when this returns.
	 * @throws RangeError when not all of them fit the partition
	 * @throws Error after `close`, when read-only, or when the file cannot be written; part of them may be then
	 */
	write(data: ByteBuffer, byteOffset: number): void {
		this.#checkWritable();
		const bytes = bytesOf(data);
		const offset = this.#offset(byteOffset, bytes.length);
		const content = this.#medium.read(bytes.length, offset);
		for (const [index, byte] of bytes.entries()) content[index] = (content[index] as number) & byte;
		this.#medium.write(content, offset);
	}

	/** How large the partition is. @throws Error after `close` */
	status(): FlashStatus {
		this.#lifetime.check();
		return { ...this.#status };
	}

	/** Ends the use of the partition. May be called twice. */
	close(): void {
		if (this.#lifetime.end()) this.#medium.close();
	}

	#offset(offset: unknown, length: number): number {
		const { size } = this.#status;
		if (length > size) throw new RangeError(`${length} bytes do not fit the ${size} of the partition`);
		return integer(0, size - length)(offset, "byteOffset");
	}

	#checkWritable(): void {
		this.#lifetime.check();
		if (!this.#isWritable) throw new Error("the partition is open for reading only");
	}
}

/** Makes the flash storage of a board: every name is a partition's, and all are of one size. */
export function createFlash({
	folder,
	blocks = 16,
	blockLength = 4096,
	observer,
}: FlashOptions = {}): FlashStorage {
	const attach = folder === undefined ? inMemory() : inFolder(folder, observer);
	return Object.freeze({
		open: (options: OpenOptions) => new Flash(KEY, attach, blocks, blockLength, options),
	});
}

const inFolder =
	(folder: string, observer: StorageObserver | undefined): Attach =>
	(path, size) =>
		new FlashFile(folder, fileNameOf(path, EXTENSION) as string, size, observer);

const inMemory = (): Attach => {
	const partitions = new Map<string, FlashMemory>();
	return (path, size) => {
		const memory = partitions.get(path) ?? new FlashMemory(size);
		partitions.set(path, memory);
		return memory;
	};
};
