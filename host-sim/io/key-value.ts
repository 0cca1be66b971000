import { resolve } from "node:path";
import { type ByteBuffer, bytesOf } from "./byte-buffer.js";
import { fileNameOf } from "./file-name.js";
import { defineTarget, Lifetime } from "./lifetime.js";
import { oneOf, optional, optionsObject, type Range, required } from "./options.js";
import type { StorageObserver } from "./storage-health.js";
import { decodeFile, encodeFile } from "./value-file.js";
import { ValueFolder } from "./value-folder.js";
import {
	decodeValue,
	encodeValue,
	type ValueFormat,
	type ValueOf,
	valueFormat,
	type WritableOf,
} from "./value-format.js";

export type { ValueFormat, ValueOf, WritableOf } from "./value-format.js";

/** Options of `open` (§28, "Key-Value", "`open` function"). */
export interface OpenOptions<Format extends ValueFormat = "buffer"> {
	/** Name of the domain: any string but the empty one. */
	readonly path: string;
	/** Read-only or, when absent, read and write. */
	readonly mode?: "r" | "r+";
	/** The data format at first; "buffer" when absent. */
	readonly format?: Format;
	readonly target?: unknown;
}

/** The key-value storage of a board (§28, "Key-Value"). */
export interface KeyValue {
	/**
	 * Opens a domain. It may be open several times: each operation is one step, so that instances
	 * cannot break each other's work, only see each other's values.
	 * @throws Error without options, when one is out of range, or when the folder cannot be made
	 */
	open<Format extends ValueFormat = "buffer">(options: OpenOptions<Format>): KeyValueDomain<Format>;
}

export type { KeyValueDomain };

/** Known to this module only, so that the constructor throws for everyone else. */
const KEY = Symbol();

const mode = oneOf("r", "r+");
const domainName: Range<string> = (value, name) => {
	const fileName = fileNameOf(String(value));
	if (fileName) return fileName;
	throw new RangeError(`${name}: empty, or too long for a file name`);
};

/**
 * A domain (§28, "Key-Value Domain Class Pattern"). A program that switches between data formats
 * opens it as `open<ValueFormat>(…)`.
 */
class KeyValueDomain<Format extends ValueFormat = "buffer"> {
	declare target?: unknown;
	readonly #lifetime: Lifetime<KeyValueDomain<Format>>;
	readonly #folder: ValueFolder;
	readonly #isWritable: boolean;
	#format: Format;

	/** @throws TypeError always; use `open` (§28, "Persistent Storage") */
	constructor(key: unknown, root: string, options: unknown, observer?: StorageObserver) {
		if (key !== KEY) throw new TypeError("a key-value domain is made by open");
		const given = optionsObject(options);
		this.#folder = new ValueFolder(resolve(root, required(given, "path", domainName)), observer);
		this.#isWritable = optional(given, "mode", mode, "r+") === "r+";
		this.#format = optional(given, "format", valueFormat, "buffer") as Format;
		defineTarget(this, given);
		if (this.#isWritable) this.#folder.prepare();
		this.#lifetime = new Lifetime(this);
	}

	/** The data format of `read` and `write`. @throws Error when set to an unknown one, or after `close` */
	get format(): Format {
		this.#lifetime.check();
		return this.#format;
	}

	set format(value: Format) {
		this.#lifetime.check();
		this.#format = valueFormat(value, "format") as Format;
	}

	/**
	 * The value of a key, whole; `undefined` when there is no such key.
	 * @throws TypeError when it was written in another data format
	 * @throws Error after `close`, or when the stored value is damaged; its file is then moved aside, where
	 * the domain may be written, and there is no such key any more
	 */
	read(key: string): ValueOf<Format> | undefined;
	/**
	 * In the format "buffer": copies the value into the buffer and returns its number of bytes.
	 * @throws RangeError when the buffer is too small for the whole value
	 */
	read(key: string, buffer: ByteBuffer): number | undefined;
	read(key: string, buffer?: ByteBuffer): ValueOf<Format> | number | undefined {
		this.#lifetime.check();
		const file = this.#folder.read(String(key));
		if (file === undefined) return undefined;
		const content = decodeFile(file);
		if (content === undefined) throw this.#damaged(String(key));
		const { format, data } = content;
		if (format !== this.#format) {
			throw new TypeError(`the value of ${JSON.stringify(key)} is "${format}", not "${this.#format}"`);
		}
		if (buffer === undefined || format !== "buffer") return decodeValue(this.#format, data);
		const target = bytesOf(buffer);
		if (data.byteLength > target.byteLength) {
			throw new RangeError(`the value has ${data.byteLength} bytes, ${target.byteLength} fit`);
		}
		target.set(data);
		return data.byteLength;
	}

	/**
	 * Stores a value, in place of an earlier one. It is durable when this returns.
	 * @throws TypeError when the value cannot be coerced to the data format
	 * @throws RangeError when the key is too long for a file name (about 40 to 250 characters)
	 * @throws Error after `close`, when read-only, or when storing fails, which leaves the old value
	 */
	write(key: string, value: WritableOf<Format>): void {
		this.#checkWritable();
		const content = encodeFile(this.#format, encodeValue(this.#format, value));
		this.#folder.write(String(key), content);
	}

	/**
	 * Removes a key. Returns whether it was there.
	 * @throws Error after `close`, when read-only, or when removing fails
	 */
	delete(key: string): boolean {
		this.#checkWritable();
		return this.#folder.delete(String(key));
	}

	/**
	 * The keys at the time of the call, whatever is written or deleted meanwhile, in a fixed order.
	 * @throws Error after `close`
	 */
	[Symbol.iterator](): IterableIterator<string> {
		this.#lifetime.check();
		return iterate(this.#folder.keys());
	}

	/** Ends the use of the domain. May be called twice. */
	close(): void {
		this.#lifetime.end();
	}

	#damaged(key: string): Error {
		const moved = this.#isWritable ? this.#folder.moveAside(key) : undefined;
		const where = moved === undefined ? "" : `; it is moved to ${moved}`;
		return new Error(`the value of ${JSON.stringify(key)} is damaged${where}`);
	}

	#checkWritable(): void {
		this.#lifetime.check();
		if (!this.#isWritable) throw new Error("the domain is open for reading only");
	}
}

/** Unlike an array's, this iterator has the `return` of Annex A. */
function* iterate(keys: string[]): IterableIterator<string> {
	yield* keys;
}

/**
 * Makes the key-value storage that lives in a folder, which is made when the first domain is opened
 * for writing. One process at a time.
 * @param observer hears how its operations do
 */
export const createKeyValue = (folder: string, observer?: StorageObserver): KeyValue =>
	Object.freeze({
		open: <Format extends ValueFormat = "buffer">(options: OpenOptions<Format>) =>
			new KeyValueDomain<Format>(KEY, folder, options, observer),
	});
