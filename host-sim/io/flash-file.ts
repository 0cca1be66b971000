import { closeSync, existsSync, fdatasyncSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { failureOf, makeFolder, replaceFile } from "./durable.js";
import type { StorageObserver } from "./storage-health.js";

/** The value of each byte of erased flash memory. */
export const ERASED = 0xff;

/** Where the bytes of a flash partition are. Ranges are the caller's affair. */
export interface FlashMedium {
	read(length: number, offset: number): Uint8Array<ArrayBuffer>;
	/** Replaces bytes; they are durable when it returns. */
	write(bytes: Uint8Array, offset: number): void;
	close(): void;
}

/**
 * A flash partition in a file, byte for byte, that stays open until `close`.
 * @throws Error, one line, from each method when the file cannot be used
 */
export class FlashFile implements FlashMedium {
	readonly #path: string;
	readonly #observer: StorageObserver | undefined;
	readonly #file: number;

	/**
	 * Opens it. A partition that has no file yet is made, and is erased.
	 * @param size bytes that it has
	 */
	constructor(folder: string, name: string, size: number, observer?: StorageObserver) {
		this.#path = join(folder, name);
		this.#observer = observer;
		this.#file = this.#attempt("open", () => {
			if (!existsSync(this.#path)) this.#make(name, size);
			const file = openSync(this.#path, "r+");
			try {
				checkSize(file, size);
			} catch (error) {
				closeSync(file);
				throw error;
			}
			return file;
		});
	}

	read(length: number, offset: number): Uint8Array<ArrayBuffer> {
		const bytes = new Uint8Array(length);
		this.#attempt("read", () => {
			for (let done = 0; done < length; ) {
				const count = readSync(this.#file, bytes, done, length - done, offset + done);
				if (count === 0) throw new Error("the file has become shorter");
				done += count;
			}
		});
		return bytes;
	}

	write(bytes: Uint8Array, offset: number): void {
		this.#attempt("write to", () => {
			this.#observer?.writing?.();
			for (let done = 0; done < bytes.length; ) {
				done += writeSync(this.#file, bytes, done, bytes.length - done, offset + done);
			}
			fdatasyncSync(this.#file);
		});
		this.#observer?.written();
	}

	close(): void {
		closeSync(this.#file);
	}

	#make(name: string, size: number): void {
		const folder = dirname(this.#path);
		makeFolder(folder);
		this.#observer?.writing?.();
		replaceFile(folder, name, new Uint8Array(size).fill(ERASED));
	}

	#attempt<Result>(action: string, attempt: () => Result): Result {
		try {
			return attempt();
		} catch (error) {
			this.#observer?.failed();
			throw failureOf(action, this.#path, error);
		}
	}
}

const checkSize = (file: number, size: number): void => {
	const actual = fstatSync(file).size;
	if (actual !== size) {
		throw new Error(
			`the file has ${actual} bytes, not ${size}; move it away to begin with an erased partition`,
		);
	}
};

/** A flash partition in memory, for a device that keeps nothing: at first erased. */
export class FlashMemory implements FlashMedium {
	readonly #bytes: Uint8Array;

	constructor(size: number) {
		this.#bytes = new Uint8Array(size).fill(ERASED);
	}

	read(length: number, offset: number): Uint8Array<ArrayBuffer> {
		return this.#bytes.slice(offset, offset + length) as Uint8Array<ArrayBuffer>;
	}

	write(bytes: Uint8Array, offset: number): void {
		this.#bytes.set(bytes, offset);
	}

	close(): void {}
}
