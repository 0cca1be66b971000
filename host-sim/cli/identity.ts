import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeFolders } from "../io/make-folders.js";
import { codeOf, usage } from "./failure.js";
import { isId } from "./options.js";

/** Where the command line keeps what it must remember, in the working folder. */
export const STATE_FOLDER = ".nightlight";

/** The id on the embedded broker, where there are no strangers. */
export const DEFAULT_ID = "nightlight";

const ID_FILE = join(STATE_FOLDER, "id");

/** An id, and how it came about. */
export interface KeptId {
	readonly id: string;
	/** Whether it was made just now. */
	readonly isNew: boolean;
	/** Where a file that held no id was moved to, if there was one. */
	readonly movedTo?: string;
}

/**
 * The id for a broker that strangers may use too: made once, at random, and kept in the working folder, so
 * that nobody obeys somebody else's commands. Its file appears whole or not at all; one that holds no id
 * (empty, damaged) is moved aside.
 * @throws Failure when it cannot be kept
 */
export function keptId(): KeptId {
	const kept = readFile();
	if (kept !== undefined && isId(kept)) return { id: kept, isNew: false };
	const id = `${DEFAULT_ID}-${randomBytes(4).toString("hex")}`;
	const unfinished = `${ID_FILE}.${process.pid}`;
	try {
		const movedTo = kept === undefined ? undefined : moveAside();
		makeFolders(dirname(ID_FILE));
		writeFileSync(unfinished, `${id}\n`, { flush: true });
		const theirs = publish(unfinished);
		if (theirs !== undefined) return { id: theirs, isNew: false };
		return { id, isNew: true, ...(movedTo !== undefined && { movedTo }) };
	} catch (error) {
		throw usage(`cannot keep an id in ${ID_FILE} (${codeOf(error)}); give one with --id`);
	} finally {
		rmSync(unfinished, { force: true });
	}
}

/** Gives the finished file its name. Returns the id of another process of ours that was quicker. */
function publish(unfinished: string): string | undefined {
	try {
		linkSync(unfinished, ID_FILE);
		return undefined;
	} catch (error) {
		const theirs = codeOf(error) === "EEXIST" ? readFile() : undefined;
		if (theirs !== undefined && isId(theirs)) return theirs;
		// Not every file system has links; the last one counts there.
		renameSync(unfinished, ID_FILE);
		return undefined;
	}
}

function moveAside(): string {
	const movedTo = `${ID_FILE}.damaged`;
	renameSync(ID_FILE, movedTo);
	return movedTo;
}

/** What the file holds, without white space and a byte order mark around it; `undefined` when there is none. */
function readFile(): string | undefined {
	try {
		return readFileSync(ID_FILE, "utf8").trim();
	} catch (error) {
		if (codeOf(error) === "ENOENT") return undefined;
		throw usage(`cannot read ${ID_FILE} (${codeOf(error)}); give an id with --id`);
	}
}
