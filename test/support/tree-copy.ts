import {
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { applyPatch, parsePatch, type StructuredPatch } from "diff";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const NO_FILE = "/dev/null";

/** The changes of a unified diff, one a file; an empty text has none. */
export const changesIn = (patch: string): StructuredPatch[] => (patch === "" ? [] : parsePatch(patch));

/** The file that a change is about, by its path from the project's top. */
export const fileOf = ({ oldFileName = "", newFileName = "" }: StructuredPatch): string =>
	(newFileName === NO_FILE ? oldFileName : newFileName).replace(/^[ab]\//, "");

/**
 * What a unified diff makes of files, by their paths from the project's top; nothing is written. What it removes must be
 * there exactly, on any line.
 * @param folder where the files are; the project's top if left out
 * @throws Error when it does not fit what is there
 */
export const patched = (patch: string, folder = ROOT): Map<string, string> =>
	new Map(
		changesIn(patch).map((change) => {
			const name = fileOf(change);
			const path = join(folder, name);
			const isNew = change.oldFileName === NO_FILE;
			const isAsExpected = existsSync(path) !== isNew;
			const text = isAsExpected && applyPatch(isNew ? "" : readFileSync(path, "utf8"), change);
			if (text === false) throw new Error(`the patch does not fit ${name} any more`);
			return [name, text];
		}),
	);

/** Files of the project in a folder of their own, to be changed there. */
export class TreeCopy {
	readonly folder: string;

	/**
	 * @param purpose a word for the folder's name
	 * @param paths what is copied, from the project's top; the packages are linked
	 */
	constructor(purpose: string, paths: readonly string[]) {
		this.folder = mkdtempSync(join(tmpdir(), `nightlight-${purpose}-`));
		for (const path of paths) cpSync(join(ROOT, path), join(this.folder, path), { recursive: true });
		symlinkSync(join(ROOT, "node_modules"), join(this.folder, "node_modules"), "junction");
	}

	/**
	 * Applies a unified diff, which may make files; what it removes must be there exactly, on any line.
	 * @throws Error when it does not fit what is there
	 */
	patch(patch: string): void {
		for (const [name, text] of patched(patch, this.folder)) {
			const path = join(this.folder, name);
			mkdirSync(dirname(path), { recursive: true });
			writeFileSync(path, text);
		}
	}

	remove(): void {
		rmSync(this.folder, { recursive: true, force: true });
	}
}
