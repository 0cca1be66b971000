import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const PATCHES = fileURLToPath(new URL("patches/", import.meta.url));

/** A mistake in what makes the ARM image small, as a patch. */
export interface Mistake {
	readonly name: string;
	readonly patch: string;
}

/** The planted mistakes, in the order of their numbers. */
export const readMistakes = (): Mistake[] =>
	readdirSync(PATCHES)
		.sort()
		.map((file) => ({
			name: file.replace(/\.patch$/, ""),
			patch: readFileSync(`${PATCHES}${file}`, "utf8"),
		}));
