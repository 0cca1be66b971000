import { type Stats, statSync } from "node:fs";
import { resolve } from "node:path";
import { usage } from "./failure.js";

/** A file that an option names, or a key of the configuration. */
export interface NamedFile {
	/** The option's name, such as `--record`; the key's, such as `tls.ca`. */
	readonly name: string;
	/** `undefined` where none is named. */
	readonly file: string | undefined;
}

/**
 * Looks, before anything is opened, at the files that a command is to write.
 * @param inputs files that it reads
 * @param force whether files that are there already may be replaced; an input never is
 * @throws Failure for one that is there already, that is read as well, or that is named twice
 */
export function checkOutputs(
	outputs: readonly NamedFile[],
	inputs: readonly NamedFile[],
	force: boolean | undefined,
): void {
	const written = outputs.filter(({ file }) => file !== undefined);
	for (const [index, { name, file }] of written.entries()) {
		const other = written.slice(index + 1).find((next) => isSameFile(file, next.file));
		if (other !== undefined) throw usage(`${name} and ${other.name} name the same file: give each its own`);
		const input = inputs.find((input) => isSameFile(file, input.file));
		if (input !== undefined) {
			throw usage(`${name} and ${input.name} name the same file: it would be written over`);
		}
		const stats = statsOf(file as string);
		// An empty file has nothing to lose; a device or a pipe is not replaced.
		if (!force && stats?.isFile() && stats.size > 0) {
			throw usage(`${name} ${file}: is there already; give another name, or --force to replace it`);
		}
	}
}

/** Whether two names stand for one file, perhaps by a link; devices, such as /dev/null, take what both write. */
function isSameFile(one: string | undefined, other: string | undefined): boolean {
	if (one === undefined || other === undefined) return false;
	const [first, second] = [one, other].map(statsOf);
	if (first === undefined || second === undefined) return resolve(one) === resolve(other);
	return first.isFile() && first.dev === second.dev && first.ino === second.ino;
}

/** What is known of a file; `undefined` when there is none, or none that can be looked at: whoever opens it says why. */
function statsOf(file: string): Stats | undefined {
	try {
		return statSync(file);
	} catch {
		return undefined;
	}
}
