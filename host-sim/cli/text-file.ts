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
	try {
		const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
		// UTF-16 without its mark is valid UTF-8 as long as it is ASCII, with a NUL for each character.
		if (!text.includes("\0")) return text;
	} catch {
		// Told below.
	}
	throw usage(`${from}: ${file} is ${isUtf16(bytes) ? "UTF-16, not" : "not"} UTF-8 text; save it as UTF-8`);
}

/** Whether bytes look like UTF-16: its byte order mark, or NULs, which no text in UTF-8 has. */
const isUtf16 = (bytes: Buffer): boolean =>
	bytes.includes(0) || ["fffe", "feff"].includes(bytes.toString("hex", 0, 2));
