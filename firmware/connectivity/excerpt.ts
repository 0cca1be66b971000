import { readUtf8 } from "../mqtt/utf8.js";

/** Characters of a foreign message that are shown. */
const LENGTH = 200;

/** The beginning of a payload for a log; what is no text shows as U+FFFD. */
export function excerpt(payload: Uint8Array): string {
	const text = readUtf8(payload);
	if (text !== undefined) return text.slice(0, LENGTH);
	return Array.from(payload.subarray(0, LENGTH), (byte) =>
		byte < 0x80 ? String.fromCharCode(byte) : "\ufffd",
	).join("");
}
