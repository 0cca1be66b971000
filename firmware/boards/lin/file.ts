import type { Directory } from "embedded:storage/files";

/** The content of a file, whole; `undefined` when there is none. */
export function readFile(folder: Directory, path: string): ArrayBuffer | undefined {
	const status = folder.status(path);
	if (!status.isFile()) return undefined;
	const file = folder.openFile({ path });
	try {
		return file.read(status.size ?? 0, 0);
	} finally {
		file.close();
	}
}

/** Replaces the content of a file: whatever happens, it has either the old content or the new. */
export function replaceFile(folder: Directory, path: string, content: Uint8Array, unfinished: string): void {
	const file = folder.openFile({ path: unfinished, mode: "w" });
	try {
		file.write(content, 0);
		file.flush();
	} finally {
		file.close();
	}
	folder.move(unfinished, path);
}
