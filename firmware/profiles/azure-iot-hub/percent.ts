import { utf8Length, writeUtf8 } from "../../mqtt/utf8.js";

const HEXADECIMAL = "0123456789ABCDEF";

/** Percent-encodes all of `text` but RFC 3986's unreserved characters (2.3); the digits are upper case. */
export function percentEncode(text: string): string {
	const bytes = new Uint8Array(utf8Length(text));
	writeUtf8(bytes, 0, text);
	let encoded = "";
	for (const byte of bytes) {
		encoded += isUnreserved(byte)
			? String.fromCharCode(byte)
			: `%${HEXADECIMAL[byte >> 4] as string}${HEXADECIMAL[byte & 15] as string}`;
	}
	return encoded;
}

function isUnreserved(byte: number): boolean {
	const letter = byte | 0x20;
	if (letter >= 0x61 && letter <= 0x7a && byte < 0x80) return true;
	return (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x2e || byte === 0x5f || byte === 0x7e;
}
