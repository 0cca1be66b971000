import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	renameSync,
	rmSync,
	statSync,
	utimesSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { EngineError } from "./failure.js";

/** It goes with the installed packages. */
const USUAL_CACHE = fileURLToPath(new URL("../../node_modules/.cache/nightlight", import.meta.url));

/** The environment variable that names another folder for built engines. */
const CACHE_VARIABLE = "NIGHTLIGHT_CACHE";

/** What is built, and what its folder is called. */
export interface Build {
	/** What it is; older builds of the same kind go in the end. */
	readonly kind: string;
	/** Tells builds of different contents apart. */
	readonly key: string;
	readonly exists: (folder: string) => boolean;
	readonly build: (folder: string) => Promise<void>;
}

/**
 * The folder of a build: as it is, if there is one, or as `build` makes it. It appears whole or not
 * at all, however many processes build it at once.
 * @param cache the folder of all builds
 * @throws EngineError when it cannot be kept, and what `build` throws
 */
export async function cached({ kind, key, exists, build }: Build, cache = usualCache()): Promise<string> {
	const folder = join(cache, `${kind}-${key}`);
	touch(folder);
	if (exists(folder)) return folder;
	const attempt = newFolder(cache, `${kind}-${key}-`);
	const drop = () => removeAttempt(attempt);
	process.once("exit", drop);
	try {
		await build(attempt);
		// What is there may have been removed in part.
		if (!exists(folder)) quietly(() => remove(folder, lastUse(folder)));
		renameSync(attempt, folder);
	} catch (error) {
		drop();
		// Another process was quicker.
		if (!exists(folder)) throw withReason(error, cache);
	} finally {
		process.off("exit", drop);
	}
	touch(folder);
	prune(cache, kind);
	return folder;
}

/** So many builds of a kind stay, however old. */
const KEPT = 3;
/** Milliseconds in which what was used last may still be in use, or under way. */
const IN_USE = 60 * 60 * 1000;

/** A folder's time of modification is when it was used last. */
function touch(folder: string): void {
	const now = new Date();
	quietly(() => utimesSync(folder, now, now));
}

/** Removes builds of a kind that were used least recently, and what was left half built. */
function prune(cache: string, kind: string): void {
	const folders = readdirSync(cache)
		.filter((name) => name.startsWith(`${kind}-`))
		.map((name) => join(cache, name))
		.map((folder) => ({ folder, used: lastUse(folder) }))
		.sort((a, b) => b.used - a.used);
	for (const { folder, used } of folders.slice(KEPT)) {
		if (Date.now() - used > IN_USE) quietly(() => remove(folder, used));
	}
}

/** Times that a half-built folder is removed while compilers that were told to end still write to it. */
const ATTEMPTS = 10;

/** Removes a half-built folder; where that cannot be, it is left for `prune`. */
function removeAttempt(folder: string): void {
	for (let attempt = 0; attempt < ATTEMPTS && existsSync(folder); attempt++) {
		// It waits 20 ms before it gives up on a folder that has been written to meanwhile.
		quietly(() => rmSync(folder, { recursive: true, force: true, maxRetries: 1, retryDelay: 20 }));
	}
}

/** Removes a folder whole; it stays when another process has begun to use it meanwhile. */
function remove(folder: string, used: number): void {
	const place = mkdtempSync(`${folder}-`);
	const aside = join(place, basename(folder));
	try {
		renameSync(folder, aside);
		if (lastUse(aside) !== used) renameSync(aside, folder);
	} finally {
		rmSync(place, { recursive: true });
	}
}

const lastUse = (folder: string): number => statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Does what another process may have made impossible. */
function quietly(action: () => void): void {
	try {
		action();
	} catch {
		// What is left is for the next time.
	}
}

const usualCache = (): string => resolve(process.env[CACHE_VARIABLE] || USUAL_CACHE);

function newFolder(cache: string, prefix: string): string {
	try {
		mkdirSync(cache, { recursive: true });
		return mkdtempSync(join(cache, prefix));
	} catch (error) {
		throw withReason(error, cache);
	}
}

/** A failure of the file system (a full disk, no permission) in words; others as they are. */
function withReason(error: unknown, cache: string): unknown {
	const { code } = error as NodeJS.ErrnoException;
	if (code === undefined) return error;
	return new EngineError(
		`cannot keep an engine in ${cache} (${code}); ${CACHE_VARIABLE} names another folder`,
	);
}
