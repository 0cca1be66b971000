import { readdirSync, readFileSync, renameSync, rmSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { failureOf, flushFolder, makeFolder, replaceFile, UNFINISHED } from "./durable.js";
import { fileNameOf, textOf } from "./file-name.js";
import type { StorageObserver } from "./storage-health.js";

const EXTENSION = ".value";
/** Behind the name of a file that was damaged: no value's file, either. */
const DAMAGED = ".damaged";

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "ENOENT";

/** A folder with a file a key. What its methods have changed is durable when they return. */
export class ValueFolder {
	readonly #path: string;
	readonly #observer: StorageObserver | undefined;

	constructor(path: string, observer?: StorageObserver) {
		this.#path = path;
		this.#observer = observer;
	}

	/**
	 * Makes the folder, if need be, and removes what an interrupted write has left.
	 * @throws Error naming the folder when that fails
	 */
	prepare(): void {
		this.#attempt("open", () => {
			makeFolder(this.#path);
			rmSync(join(this.#path, UNFINISHED), { force: true });
		});
	}

	/** All keys, in the order of their file names; none when there is no folder. */
	keys(): string[] {
		return this.#attempt("list", () => {
			try {
				const keys = readdirSync(this.#path)
					.sort()
					.map((name) => textOf(name, EXTENSION));
				return keys.filter((key) => key !== undefined);
			} catch (error) {
				if (isMissing(error)) return [];
				throw error;
			}
		});
	}

	/** The content of a key's file; `undefined` when there is none. */
	read(key: string): Buffer | undefined {
		const name = fileNameOf(key, EXTENSION);
		if (name === undefined) return undefined;
		return this.#attempt("read", () => {
			try {
				return readFileSync(join(this.#path, name));
			} catch (error) {
				if (isMissing(error)) return undefined;
				throw error;
			}
		});
	}

	/**
	 * Replaces the content of a key's file, whole: whatever happens, the file has either the old
	 * content or the new.
	 * @throws RangeError when the key is too long
	 * @throws Error naming the folder when it cannot be written; the old content is still there
	 */
	write(key: string, content: Uint8Array): void {
		const name = fileNameOf(key, EXTENSION);
		if (name === undefined) {
			throw new RangeError(`key too long: ${key.length} characters do not fit a file name`);
		}
		this.#attempt("write to", () => {
			this.#observer?.writing?.();
			replaceFile(this.#path, name, content);
		});
		this.#observer?.written();
	}

	/**
	 * Gives a key's file, which is no value, another name, so that the key has none any more.
	 * @returns the new path; `undefined` when that fails
	 */
	moveAside(key: string): string | undefined {
		const path = join(this.#path, fileNameOf(key, EXTENSION) as string);
		try {
			renameSync(path, path + DAMAGED);
			return path + DAMAGED;
		} catch {
			return undefined;
		}
	}

	/** Removes a key's file. Returns whether there was one. */
	delete(key: string): boolean {
		const name = fileNameOf(key, EXTENSION);
		if (name === undefined) return false;
		return this.#attempt("delete from", () => {
			try {
				unlinkSync(join(this.#path, name));
			} catch (error) {
				if (isMissing(error)) return false;
				throw error;
			}
			flushFolder(this.#path);
			return true;
		});
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
