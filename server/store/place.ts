import { accessSync, closeSync, constants, openSync, readSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { OpenTrouble } from "./failures.js";
import { StoreFailure } from "./store.js";

/** How the file of a database begins (https://www.sqlite.org/fileformat.html, 1.2). */
const HEADER = "SQLite format 3\0";

/**
 * Looks at where a database is, or is to be: SQLite's own words would not say what is wrong there.
 * @throws StoreFailure for a place where no file can be written, and for another file than a database
 */
export function checkPlace(file: string): void {
	const folder = dirname(file);
	if (statOf(folder)?.isDirectory() !== true)
		throw new StoreFailure<OpenTrouble>(
			"no-folder",
			`there is no folder ${folder}; make it, or name another`,
		);
	const stats = statOf(file);
	if (stats !== undefined && !stats.isFile())
		throw new StoreFailure<OpenTrouble>("not-a-file", "it is no file; name a file");
	for (const path of stats === undefined ? [folder] : [folder, file])
		if (!isWritable(path))
			throw new StoreFailure<OpenTrouble>(
				"not-permitted",
				`${path} cannot be written; change its permissions, or name another file`,
			);
	// SQLite would write over a very short file.
	if (stats !== undefined && stats.size > 0 && beginningOf(file) !== HEADER)
		throw new StoreFailure<OpenTrouble>("not-a-database", "it is no SQLite database; name another file");
}

function beginningOf(file: string): string {
	const handle = openSync(file, "r");
	try {
		const bytes = Buffer.alloc(HEADER.length);
		return bytes.toString("latin1", 0, readSync(handle, bytes, 0, bytes.length, 0));
	} finally {
		closeSync(handle);
	}
}

const statOf = (path: string) => statSync(path, { throwIfNoEntry: false });

function isWritable(path: string): boolean {
	try {
		accessSync(path, constants.R_OK | constants.W_OK);
		return true;
	} catch {
		return false;
	}
}
