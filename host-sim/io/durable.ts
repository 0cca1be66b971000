import { closeSync, fsyncSync, openSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { getSystemErrorMap } from "node:util";
import { makeFolders } from "./make-folders.js";

/** Name of a file that is being written. One is enough in a folder, as nothing here is asynchronous. */
export const UNFINISHED = "unfinished";

/** Makes a folder and those above it that are missing, durably. */
export const makeFolder = (path: string): void => {
	const first = makeFolders(path);
	if (first !== undefined) flushFolders(dirname(first), dirname(resolve(path)));
};

/**
 * Makes or replaces a file, durably: whatever happens, it has either the old content or the new.
 * @param folder must exist
 */
export const replaceFile = (folder: string, name: string, content: Uint8Array): void => {
	const unfinished = join(folder, UNFINISHED);
	try {
		writeDurably(unfinished, content);
		renameSync(unfinished, join(folder, name));
	} catch (error) {
		removeQuietly(unfinished);
		throw error;
	}
	flushFolder(folder);
};

/** A new name is durable only when the folder that holds it has been flushed too (fsync(2)). */
export const flushFolder = (path: string): void => {
	// Windows has no handle of a folder to flush.
	if (process.platform === "win32") return;
	const folder = openSync(path, "r");
	try {
		fsyncSync(folder);
	} finally {
		closeSync(folder);
	}
};

/** The error of an operation that failed, in one line: `cannot write to PATH: no space left on device (ENOSPC)`. */
export const failureOf = (action: string, path: string, cause: unknown): Error => {
	const { errno, code, message } = cause as NodeJS.ErrnoException;
	const [, description] = getSystemErrorMap().get(errno ?? 0) ?? [];
	const reason = description === undefined ? message : `${description} (${code})`;
	return new Error(`cannot ${action} ${path}: ${reason}`, { cause });
};

const writeDurably = (path: string, content: Uint8Array): void => {
	const file = openSync(path, "w");
	try {
		writeFileSync(file, content);
		fsyncSync(file);
	} finally {
		closeSync(file);
	}
};

/** For a full disk, which half a file must not fill further. */
const removeQuietly = (path: string): void => {
	try {
		unlinkSync(path);
	} catch {}
};

const flushFolders = (from: string, to: string): void => {
	flushFolder(to);
	if (to.length > from.length) flushFolders(from, dirname(to));
};
