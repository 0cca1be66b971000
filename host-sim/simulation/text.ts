const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** ASCII of so many characters is done here, which is faster. */
const SHORT = 1024;

/** The text that bytes are in UTF-8; ill-formed ones become U+FFFD. */
export function textOf(bytes: Uint8Array): string {
	let ored = 0;
	for (let at = 0; at < bytes.length; at++) ored |= bytes[at] as number;
	if (ored >= 0x80 || bytes.length > SHORT) return decoder.decode(bytes);
	return String.fromCharCode.apply(null, bytes as never);
}

/** A text in UTF-8. */
export function utf8Of(text: string): Uint8Array {
	if (text.length > SHORT) return encoder.encode(text);
	const bytes = new Uint8Array(text.length);
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code >= 0x80) return encoder.encode(text);
		bytes[at] = code;
	}
	return bytes;
}
