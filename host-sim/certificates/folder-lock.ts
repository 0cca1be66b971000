import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { PrivateFolder } from "./private-folder.js";

/** The file by which a process says that it changes a folder. */
export const LOCK_FILE = "lock";

/**
 * Has no other process change a folder meanwhile. A lock whose process has ended, killed perhaps, is none.
 * @returns what gives it up, or the id of the process that has it
 * @throws Error of the system if the folder cannot be written
 */
export function lockFolder(folder: PrivateFolder): (() => void) | number {
	const path = folder.pathOf(LOCK_FILE);
	// It appears with its text, as a name of a finished file.
	const own = `${path}.${process.pid}.new`;
	writeFileSync(own, `${process.pid}\n`, { mode: 0o600 });
	try {
		for (;;) {
			try {
				linkSync(own, path);
				return () => rmSync(path, { force: true });
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
			}
			const holder = holderOf(path);
			if (holder !== undefined && isRunning(holder)) return holder;
			rmSync(path, { force: true });
		}
	} finally {
		rmSync(own, { force: true });
	}
}

function holderOf(path: string): number | undefined {
	try {
		const id = Number(readFileSync(path, "utf8"));
		return Number.isInteger(id) && id > 0 ? id : undefined;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
		throw error;
	}
}

function isRunning(id: number): boolean {
	try {
		process.kill(id, 0);
		return true;
	} catch (error) {
		// It is another user's.
		return (error as NodeJS.ErrnoException).code === "EPERM";
	}
}
