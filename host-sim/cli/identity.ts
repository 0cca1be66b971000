import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { codeOf, usage } from "./failure.js";
import { isId } from "./options.js";

/** Where the command line keeps what it must remember, in the working folder. */
export const STATE_FOLDER = ".nightlight";

/** The id on the embedded broker, where there are no strangers. */
export const DEFAULT_ID = "nightlight";

const ID_FILE = join(STATE_FOLDER, "id");

/**
 * The id for a broker that strangers may use too: made once, at random, and kept in the working
 * folder, so that nobody obeys somebody else's commands.
 * @throws Failure when it cannot be kept, or what is kept is no id
 */
export function keptId(): { id: string; isNew: boolean } {
	const kept = readKeptId();
	if (kept !== undefined) return { id: kept, isNew: false };
	const id = `${DEFAULT_ID}-${randomBytes(4).toString("hex")}`;
	try {
		mkdirSync(dirname(ID_FILE), { recursive: true });
		writeFileSync(ID_FILE, `${id}\n`, { flag: "wx" });
	} catch (error) {
		// Another process of ours was quicker.
		const theirs = codeOf(error) === "EEXIST" ? readKeptId() : undefined;
		if (theirs !== undefined) return { id: theirs, isNew: false };
		throw usage(`cannot keep an id in ${ID_FILE} (${codeOf(error)}); give one with --id`);
	}
	return { id, isNew: true };
}

function readKeptId(): string | undefined {
	let text: string;
	try {
		text = readFileSync(ID_FILE, "utf8").trim();
	} catch (error) {
		if (codeOf(error) === "ENOENT") return undefined;
		throw usage(`cannot read ${ID_FILE} (${codeOf(error)}); give an id with --id`);
	}
	if (!isId(text)) throw usage(`${ID_FILE} holds no id; delete it, or give an id with --id`);
	return text;
}
