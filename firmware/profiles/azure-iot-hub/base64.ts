const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Bytes as Base64 (RFC 4648, 4), padded. */
export function encodeBase64(bytes: Uint8Array): string {
	let text = "";
	for (let at = 0; at < bytes.length; at += 3) {
		const missing = at + 3 - bytes.length;
		const group = ((bytes[at] as number) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
		text += letter(group >> 18) + letter(group >> 12);
		text += missing > 1 ? "==" : letter(group >> 6) + (missing > 0 ? "=" : letter(group));
	}
	return text;
}

const letter = (value: number): string => ALPHABET[value & 0x3f] as string;

/** The bytes of Base64 (RFC 4648, 4), padded, on one line; `undefined` if `text` is none. */
export function decodeBase64(text: string): Uint8Array | undefined {
	const { length } = text;
	if (length % 4 !== 0) return undefined;
	const padding = text[length - 1] !== "=" ? 0 : text[length - 2] === "=" ? 2 : 1;
	const bytes = new Uint8Array((length / 4) * 3 - padding);
	let group = 0;
	for (let index = 0; index < length; index++) {
		const value = index < length - padding ? ALPHABET.indexOf(text[index] as string) : 0;
		if (value < 0) return undefined;
		group = (group << 6) | value;
		if (index % 4 !== 3) continue;
		const at = (index >> 2) * 3;
		// What is beyond the end of a typed array is dropped.
		bytes[at] = group >> 16;
		bytes[at + 1] = group >> 8;
		bytes[at + 2] = group;
		group = 0;
	}
	return bytes;
}
