import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's top folder. */
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Runs a program in the project's top folder, with its output shown.
 * Ends this process with the program's exit code if that is not 0.
 * @throws Error when it cannot be started
 */
export function run(command: string, ...words: readonly string[]): void {
	const { status, error } = spawnSync(command, words, { cwd: ROOT, stdio: "inherit" });
	if (error !== undefined) throw error;
	if (status !== 0) process.exit(status ?? 1);
}

/** Runs a program that the project's own packages bring, as `run` does. */
export const runBin = (name: string, ...words: readonly string[]): void =>
	run(join(ROOT, "node_modules/.bin", name), ...words);

/** What a lock file says of its packages; its own entry, the empty path, is left out. */
function versionsIn(file: string): string {
	const { packages } = JSON.parse(readFileSync(file, "utf8")) as {
		packages: Record<string, { version?: string; optional?: boolean }>;
	};
	const entries = Object.entries(packages).filter(([path, { optional }]) => path !== "" && optional !== true);
	return JSON.stringify(entries.map(([path, { version }]) => [path, version]));
}

/**
 * Whether what is installed in a package's folder is what its lock file says: npm keeps a copy of it there.
 * Optional packages may be missing, as those for other machines are.
 */
export function isInstalled(folder: string): boolean {
	const installed = join(folder, "node_modules/.package-lock.json");
	return existsSync(installed) && versionsIn(installed) === versionsIn(join(folder, "package-lock.json"));
}

/**
 * Installs what only one lane needs: a package of its own, with its lock file, so that `npm ci` stays quick.
 * Does nothing when that is there already.
 * @param folder the package's, from the project's top
 */
export function installPackage(folder: string): void {
	const path = join(ROOT, folder);
	if (!isInstalled(path)) run("npm", "ci", "--prefix", path);
}
