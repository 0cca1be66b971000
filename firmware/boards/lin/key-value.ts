import files, { type Directory } from "embedded:storage/files";
import type { ByteBuffer, KeyValue, KeyValueDomain } from "../../ecma-419.js";
import { readFile, replaceFile } from "./file.js";

/** A file that is no value: one whose writing was cut off. */
const UNFINISHED = "unfinished~";

/** Names of domains and keys that are file names as they are; the firmware has no others. */
const NAME = /^[a-z0-9-]{1,64}$/;

const checked = (name: string): string => {
	if (NAME.test(name)) return name;
	throw new RangeError("a domain or key wants 1 to 64 of a-z, 0-9 and -");
};

/** A domain of the key-value storage (ECMA-419, 3rd edition, §28): a folder, and a file for each key. */
class Domain implements KeyValueDomain {
	#folder: Directory | undefined;

	constructor(path: string) {
		files.createDirectory(checked(path));
		this.#folder = files.openDirectory({ path });
	}

	read(key: string): ArrayBuffer | undefined {
		return readFile(this.#open, checked(key));
	}

	write(key: string, value: ByteBuffer): void {
		// The SDK's file wants a buffer it could write to as well, which one in flash is not.
		const content = new Uint8Array(value instanceof ArrayBuffer ? value : value.slice().buffer);
		replaceFile(this.#open, checked(key), content, UNFINISHED);
	}

	delete(key: string): void {
		this.#open.delete(checked(key));
	}

	[Symbol.iterator](): Iterator<string> {
		return [...this.#open].filter((name) => NAME.test(name)).values();
	}

	close(): void {
		this.#folder?.close();
		this.#folder = undefined;
	}

	get #open(): Directory {
		if (this.#folder === undefined) throw new Error("the domain is closed");
		return this.#folder;
	}
}

/** The key-value storage that the SDK lacks on Linux, in the folder of the board's files. */
const keyValue: KeyValue = Object.freeze({ open: ({ path }: { path: string }) => new Domain(path) });
export default keyValue;
