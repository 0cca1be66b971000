import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { changesIn, fileOf, TreeCopy } from "../support/tree-copy.js";

/** A change that a contributor would make: a patch in this folder, and what it changes outside `docs/`. */
export interface Contribution {
	readonly patch: string;
	/** The files, from the project's top. */
	readonly files: readonly string[];
	/** Lines added and lines removed. */
	readonly lines: number;
}

const pathOf = (name: string): string => fileURLToPath(new URL(`${name}.patch`, import.meta.url));

/** The contribution in `test/contributions/NAME.patch`. */
export function readContribution(name: string): Contribution {
	const patch = readFileSync(pathOf(name), "utf8");
	const changes = changesIn(patch).filter((change) => !fileOf(change).startsWith("docs/"));
	const lines = changes.flatMap(({ hunks }) => hunks.flatMap(({ lines }) => lines));
	return {
		patch,
		files: changes.map(fileOf),
		lines: lines.filter((line) => line.startsWith("+") || line.startsWith("-")).length,
	};
}

/**
 * A copy of the project with contributions in it; `remove` it afterwards.
 * @param paths what is copied, from the project's top
 * @throws Error when a patch does not fit, which says how to renew it
 */
export function contributed(names: readonly string[], paths: readonly string[]): TreeCopy {
	const copy = new TreeCopy(names.join("-"), paths);
	for (const name of names) {
		try {
			copy.patch(readContribution(name).patch);
		} catch (error) {
			copy.remove();
			const file = `test/contributions/${name}.patch`;
			throw new Error(`${file}: ${(error as Error).message}. To renew it, in a clean checkout:
  git apply --3way ${file}     # then resolve the conflicts
  git add --all
  git diff HEAD --output=${file} -- . ':!test/contributions'
  git stash push -- . ':!test/contributions' && git stash drop`);
		}
	}
	return copy;
}

/** Runs a program of the packages in a copy, and returns what it said if it failed; otherwise nothing. */
export function complaintOf(copy: TreeCopy, program: string, ...words: readonly string[]): string {
	// The program may be vitest, which must not take itself for a worker of the one that runs it.
	const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("VITEST_")));
	const command = join(copy.folder, "node_modules/.bin", program);
	const { status, stdout, stderr } = spawnSync(command, words, { cwd: copy.folder, encoding: "utf8", env });
	return status === 0 ? "" : `${program} ended with ${status}\n${stdout}${stderr}`;
}
