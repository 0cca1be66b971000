/**
 * `npm run lock-files`: takes the registry's host out of the lock files after `npm install` has put it into new
 * entries, so that they serve for any registry (.npmrc).
 */
import { readFileSync, writeFileSync } from "node:fs";

/** A host that there is not (RFC 2606, section 2), as `replace-registry-host` in .npmrc has it. */
const NO_HOST = "https://registry.invalid/";

for (const folder of ["", "test/azure/", "test/mutation/", "test/page/"]) {
	const file = new URL(`../${folder}package-lock.json`, import.meta.url);
	const text = readFileSync(file, "utf8");
	writeFileSync(file, text.replaceAll(/("resolved": ")https?:\/\/[^/"]+\//g, `$1${NO_HOST}`));
}
