import { readdirSync, readFileSync } from "node:fs";
import type { AnySeedOptions } from "../../../host-sim/simulation/any-world.js";
import type { Settings } from "../../../host-sim/simulation/variety.js";

/** A mistake in firmware or server, as somebody could make it. */
export interface Mistake {
	/** Its file's name, without the ending. */
	readonly name: string;
	/** What is wrong, in a sentence. */
	readonly what: string;
	/** In which worlds it is looked for: the lesson's when absent. */
	readonly profile: AnySeedOptions["profile"];
	/** The name of the invariant that does not hold then. */
	readonly invariant: string;
	/** What all devices of its worlds are set to; otherwise as the seed chooses. */
	readonly settings: Settings;
	/** A unified diff; what comes before its first `---` line means nothing in it. */
	readonly patch: string;
}

const FOLDER = new URL("patches/", import.meta.url);

/** All mistakes, in the order of their numbers. @throws Error for a file that does not begin as it must */
export const readMistakes = (): Mistake[] =>
	readdirSync(FOLDER)
		.sort()
		.map((file) => parseMistake(file.replace(/\.patch$/, ""), readFileSync(new URL(file, FOLDER), "utf8")));

/**
 * A mistake from its file: a sentence, `Found by: ` and an invariant's name, a diff; between them may be `World: ` and a profile, and
 * `With: ` and what devices are set to, as JSON.
 * @throws Error without them
 */
export function parseMistake(name: string, patch: string): Mistake {
	const [, what, invariant, world, settings = "{}"] =
		/^(.+)\nFound by: (.+)\n(?:World: (azure-iot-hub|stadium)\n)?(?:With: (.+)\n)?\n--- /.exec(patch) ?? [];
	if (what === undefined || invariant === undefined) {
		throw new Error(
			`${name}: wants a line that says what is wrong, a line "Found by: " and an invariant, a diff`,
		);
	}
	const profile = world as AnySeedOptions["profile"];
	return { name, what, profile, invariant, settings: JSON.parse(settings), patch };
}
