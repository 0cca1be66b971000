import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "./chromium.js";

/** The lane of the page in a real browser: what it needs of npm is a package of its own, installed here. */
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const PACKAGE = join(ROOT, "test/page");

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function run(command: string, ...words: string[]): void {
	const { status, error } = spawnSync(command, words, { cwd: ROOT, stdio: "inherit" });
	if (error !== undefined) throw error;
	if (status !== 0) process.exit(status ?? 1);
}

/** Whether what is installed is what the lock file says: npm keeps a copy of it there. */
function isInstalled(): boolean {
	const installed = join(PACKAGE, "node_modules/.package-lock.json");
	if (!existsSync(installed)) return false;
	const versions = (file: string): string =>
		JSON.stringify(
			Object.entries(JSON.parse(readFileSync(file, "utf8")).packages as Record<string, { version?: string }>)
				.filter(([path]) => path !== "")
				.map(([path, { version }]) => [path, version]),
		);
	return versions(installed) === versions(join(PACKAGE, "package-lock.json"));
}

if (chromium === undefined) {
	say("skipped: there is no Chromium (CHROMIUM=/path/to/it, or apt-get install chromium)");
	process.exit(process.env.CI === "true" ? 1 : 0);
}
if (!isInstalled()) run("npm", "ci", "--prefix", PACKAGE, "--ignore-scripts", "--no-audit", "--no-fund");
const bin = (name: string): string => join(ROOT, "node_modules/.bin", name);
run(bin("tsc"), "-p", "test/page/browser");
run(bin("vitest"), "run", "--config", "test/page/browser/vitest.config.ts", ...process.argv.slice(2));
