import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "vitest";
import { compiler, describeWith, mosquitto } from "./requires.js";

/** The project's top folder. */
export const ROOT = join(import.meta.dirname, "../..");
/** The scripts that build and run. */
export const TOOLS = join(ROOT, "tools/moddable");
export const OUTPUT = join(ROOT, "dist/moddable");
/** A build from nothing takes half a minute. */
export const BUILD_TIMEOUT = 300_000;
const INSTALL = "The Moddable SDK is missing: npx xs-dev setup, and export MODDABLE";

/**
 * Builds, without holding up this process, and returns what was said.
 * @param what the words of `tools/moddable/build.sh`, with a space between
 * @param options `root`: the folder of another copy of the project; `env`: variables besides this process's
 */
export const build = (
	what: string,
	{ root = ROOT, env }: { root?: string; env?: Record<string, string> } = {},
): Promise<string> =>
	new Promise((resolve, reject) => {
		mkdirSync(OUTPUT, { recursive: true });
		const script = join(root, "tools/moddable/build.sh");
		// Test files run at the same time, and build into one folder.
		const child = spawn("flock", [join(OUTPUT, "lock"), "nice", script, ...what.split(" ")], {
			env: { ...process.env, ...env },
		});
		let said = "";
		for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
		child.once("error", reject);
		child.once("close", (code) => (code === 0 ? resolve(said) : reject(new Error(said))));
	});

/** With the SDK these run wherever they can; without, they are skipped, also where nothing may be missing. */
export function describeWithSdk(name: string, tests: () => void): void {
	if (process.env.MODDABLE) describeWith([mosquitto, compiler], name, tests);
	else describe.skip(name, () => it.skip(INSTALL, () => {}));
}
