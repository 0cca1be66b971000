const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Bytes as Base64 (RFC 4648, 4), padded. */
export function base64(bytes: Uint8Array): string {
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
