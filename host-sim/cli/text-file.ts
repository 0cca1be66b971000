import { readFileSync } from "node:fs";
import { codeOf, usage } from "./failure.js";

/**
 * Reads a file of text in UTF-8, without the byte order mark that some editors put at its beginning.
 * @param from where the file is named, such as `--config`
 * @throws Failure for a file that cannot be read, or that is in another encoding
 */
export function readTextFile(file: string, from: string): string {
	let bytes: Buffer;
	try {
		bytes = readFileSync(file);
	} catch (error) {
		throw usage(`${from}: cannot read ${file} (${codeOf(error)})`);
	}
	const text = decoded(bytes);
	if (text !== undefined && !text.includes("\0")) return text;
	if (isUtf16(bytes)) throw usage(`${from}: ${file} is UTF-16, not UTF-8 text; save it as UTF-8`);
	if (text === undefined) throw usage(`${from}: ${file} is not UTF-8 text; save it as UTF-8`);
	throw usage(`${from}: ${file} holds U+0000, which no text has; save it as plain text in UTF-8`);
}

/** Bytes as text, without a byte order mark; `undefined` when they are no UTF-8. */
function decoded(bytes: Buffer): string | undefined {
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch {
		return undefined;
	}
}

/**
 * Whether bytes look like UTF-16: its byte order mark, or, without one, a NUL in a third of them at least. ASCII
 * in UTF-16 is valid UTF-8, with a NUL for each character.
 */
const isUtf16 = (bytes: Buffer): boolean =>
	["fffe", "feff"].includes(bytes.toString("hex", 0, 2)) ||
	bytes.filter((byte) => byte === 0).length * 3 >= bytes.length;
