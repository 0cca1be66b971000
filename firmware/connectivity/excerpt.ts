import { readUtf8 } from "../mqtt/utf8.js";

/** Characters of a foreign message that are shown. */
const LENGTH = 200;

/** The beginning of a payload for a log; what is no text shows as U+FFFD. */
export function excerpt(payload: Uint8Array): string {
	const text = readUtf8(payload);
	if (text !== undefined) return text.slice(0, LENGTH);
	let shown = "";
	for (let index = 0; index < Math.min(payload.length, LENGTH); index++) {
		const byte = payload[index] as number;
		shown += byte < 0x80 ? String.fromCharCode(byte) : "\ufffd";
	}
	return shown;
}
