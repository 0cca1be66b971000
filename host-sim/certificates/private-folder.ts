import { chmodSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
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

	/** The names of its files and folders. @throws Error of the system if it cannot be read */
	names(): readonly string[] {
		return readdirSync(this.path);
	}

	/** Takes the folder from everybody but its owner. @throws Error of the system if it is not ours */
	close(): void {
		chmodSync(this.path, FOLDER_MODE);
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

	/**
	 * Writes a file with mode 0600, also one that was there with another. It has its old text or the new one, whatever
	 * interrupts this.
	 * @returns its path
	 * @throws Error of the system if it cannot be written
	 */
	write(name: string, text: string): string {
		const path = this.pathOf(name);
		const unfinished = `${path}.${process.pid}.new`;
		try {
			writeFileSync(unfinished, text, { mode: MODE, flush: true });
			chmodSync(unfinished, MODE);
			renameSync(unfinished, path);
		} catch (error) {
			rmSync(unfinished, { force: true });
			throw error;
		}
		return path;
	}
}
