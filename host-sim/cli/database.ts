import type { OpenTrouble } from "../../server/store/failures.js";
import type { FileStore } from "../../server/store/libsql.js";
import { StoreFailure } from "../../server/store/store.js";
import { ExitCode, Failure } from "./failure.js";

/** What is wrong with the file that was named; anything else may be over at the next try. */
const WRONG_FILE: readonly OpenTrouble[] = Object.freeze([
	"not-a-database",
	"other-program",
	"newer-version",
	"damaged",
	"no-folder",
	"not-a-file",
	"not-permitted",
]);

/**
 * Opens the server's database; `undefined` when none is named.
 * @throws Failure for one that cannot be used
 */
export async function openDatabase({
	database: file,
}: {
	readonly database?: string;
}): Promise<FileStore | undefined> {
	if (file === undefined) return undefined;
	try {
		const { openFileStore } = await import("../../server/store/libsql.js");
		return await openFileStore(file);
	} catch (error) {
		if (!(error instanceof StoreFailure)) throw error;
		const isWrong = WRONG_FILE.includes(error.code as OpenTrouble);
		throw new Failure(isWrong ? ExitCode.USAGE : ExitCode.FAILED, `--database ${file}: ${error.message}`);
	}
}
