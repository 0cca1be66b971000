import { Digest } from "crypt";

/** Bytes that SHA-256 takes at a time. */
const BLOCK = 64;

function sha256(first: Uint8Array, second: Uint8Array | string): Uint8Array {
	const digest = new Digest("SHA256");
	digest.write(first);
	digest.write(second);
	return new Uint8Array(digest.close());
}

/** HMAC-SHA-256 (RFC 2104) of a text in ASCII, over the SDK's digest. */
export function hmacSha256(key: Uint8Array, text: string): Uint8Array {
	const short = key.length > BLOCK ? sha256(key, "") : key;
	const padded = new Uint8Array(BLOCK);
	padded.set(short);
	const inner = sha256(
		padded.map((byte) => byte ^ 0x36),
		text,
	);
	return sha256(
		padded.map((byte) => byte ^ 0x5c),
		inner,
	);
}
