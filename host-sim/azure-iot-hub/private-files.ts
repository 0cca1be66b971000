import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolders } from "../io/make-folders.js";

/** For the owner alone. */
const MODE = 0o600;
const FOLDER_MODE = 0o700;

/** A folder of files that have secrets in them. */
export class PrivateFolder {
	readonly path: string;

	/** Makes the folder if it is not there. @throws Error of the system if it cannot be made */
	constructor(path: string) {
		makeFolders(path, FOLDER_MODE);
		this.path = path;
	}

	pathOf(name: string): string {
		return join(this.path, name);
	}

	/** A file's text; undefined if there is none. @throws Error of the system if it cannot be read */
	read(name: string): string | undefined {
		try {
			return readFileSync(this.pathOf(name), "utf8");
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
			throw error;
		}
	}

	/** Writes a file with mode 0600, also one that was there with another. @returns its path */
	write(name: string, text: string): string {
		const path = this.pathOf(name);
		writeFileSync(path, text, { mode: MODE });
		chmodSync(path, MODE);
		return path;
	}
}
