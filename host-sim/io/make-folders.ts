import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Makes a folder and those above it that are missing. Node's recursive `mkdirSync` never returns where a folder is
 * there but refuses a new one with ENOENT, as `/proc` does.
 * @param mode of the folders that are made, as for `mkdirSync`
 * @returns the first that was made, as an absolute path; undefined if all are there
 * @throws Error of the system if one cannot be made
 */
export function makeFolders(path: string, mode?: number): string | undefined {
	const missing = missingFolders(resolve(path));
	for (const folder of missing) makeOne(folder, mode);
	return missing[0];
}

/** From the outermost to the path itself. */
function missingFolders(path: string): readonly string[] {
	const missing: string[] = [];
	for (let at = path; !isThere(at, path); at = dirname(at)) {
		missing.unshift(at);
		if (dirname(at) === at) break;
	}
	return missing;
}

/** Whether nothing is to be made: the path itself must be a folder, and what lies above it need only exist. */
const isThere = (at: string, path: string): boolean => (at === path ? isFolder(at) : existsSync(at));

function makeOne(folder: string, mode: number | undefined): void {
	try {
		mkdirSync(folder, { mode });
	} catch (error) {
		// Another process may have been quicker.
		if ((error as NodeJS.ErrnoException).code !== "EEXIST" || !isFolder(folder)) throw error;
	}
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
