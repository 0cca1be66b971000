import { StoreFailure, type StoreTrouble } from "./store.js";

/** Why a database cannot be opened, for programs. */
export type OpenTrouble =
	| StoreTrouble
	| "not-a-database"
	| "other-program"
	| "newer-version"
	| "no-folder"
	| "not-a-file"
	| "not-permitted"
	| "in-use"
	| "no-engine";

/** What SQLite says, by its result codes (https://www.sqlite.org/rescode.html). */
const TROUBLES: Readonly<Record<string, StoreTrouble>> = Object.freeze({
	SQLITE_FULL: "disk-full",
	// The file of the memory that connections share cannot grow.
	SQLITE_IOERR_SHMSIZE: "disk-full",
	SQLITE_BUSY: "locked",
	SQLITE_LOCKED: "locked",
	SQLITE_CORRUPT: "damaged",
	SQLITE_NOTADB: "damaged",
});

/** What each means for people, and what to do. */
const WORDS: Readonly<Record<StoreTrouble, string>> = Object.freeze({
	"disk-full": "the disk is full; make room on it",
	locked: "another program writes to it; end that program",
	"write-failed": "it cannot be written; look at the disk",
	damaged: "it is damaged; restore a copy, or give another file",
});

/** What went wrong with a database as a failure of the store. @throws what SQLite did not say */
export function storeFailure(error: unknown): StoreFailure {
	const { code, message } = Object(error) as { code?: unknown; message?: unknown };
	if (typeof code !== "string" || !code.startsWith("SQLITE_")) throw error;
	// Extended codes have more after those that they belong to.
	const [, name = code] = /^(SQLITE_[A-Z]+)/.exec(code) ?? [];
	const trouble = TROUBLES[code] ?? TROUBLES[name] ?? "write-failed";
	return new StoreFailure(trouble, `${WORDS[trouble]} (${code}: ${String(message)})`);
}

/** What a database answers. @throws StoreFailure when it does not */
export function asked<Answer>(ask: () => Answer): Answer {
	try {
		return ask();
	} catch (error) {
		throw storeFailure(error);
	}
}
