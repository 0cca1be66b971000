import { mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where built engines are kept; it goes with the installed packages. */
const CACHE = fileURLToPath(new URL("../../node_modules/.cache/nightlight", import.meta.url));

/**
 * The folder of a build: as it is, if there is one, or as `build` makes it. It appears whole or not
 * at all, however many processes build it at once.
 * @param name tells builds of different contents apart
 */
export async function cached(
	name: string,
	exists: (folder: string) => boolean,
	build: (folder: string) => Promise<void>,
) {
	const folder = join(CACHE, name);
	if (exists(folder)) return folder;
	mkdirSync(CACHE, { recursive: true });
	const attempt = mkdtempSync(join(CACHE, `${name}-`));
	try {
		await build(attempt);
		renameSync(attempt, folder);
	} catch (error) {
		rmSync(attempt, { recursive: true, force: true });
		// Another process was quicker.
		if (!exists(folder)) throw error;
	}
	return folder;
}
