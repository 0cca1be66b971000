/** The parts, one behind the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
	let length = 0;
	for (const part of parts) length += part.length;
	const bytes = new Uint8Array(length);
	let at = 0;
	for (const part of parts) {
		bytes.set(part, at);
		at += part.length;
	}
	return bytes;
}

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** One character for each byte: to compare, or to put into a text. */
export const latin1 = (bytes: Uint8Array): string =>
	Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");

/** Text of UTF-8 as Node reads it; `undefined` when it is ill-formed. */
export function strictText(bytes: Uint8Array): string | undefined {
	try {
		return STRICT.decode(bytes);
	} catch {
		return undefined;
	}
}

const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Text of any bytes; what is ill-formed becomes U+FFFD. */
export const looseText = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

export const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

/** `bytes` in pieces: whole, byte by byte, or of lengths up to 16 that follow from `cut`. */
export function pieces(bytes: Uint8Array, cut: number): Uint8Array[] {
	const found: Uint8Array[] = [];
	let state = cut;
	for (let at = 0; at < bytes.length; ) {
		state = (Math.imul(state, 0x41c64e6d) + 0x3039) >>> 0;
		const length = cut === WHOLE ? bytes.length : cut === EACH ? 1 : (state >>> 16) % 17;
		found.push(bytes.subarray(at, at + length));
		at += length;
	}
	return found;
}

export const WHOLE = -1;
export const EACH = -2;
