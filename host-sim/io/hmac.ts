import { createHmac } from "node:crypto";

/** HMAC-SHA-256 (RFC 2104) of a text in ASCII, by Node: 32 bytes. */
export const hmacSha256 = (key: Uint8Array, text: string): Uint8Array =>
	new Uint8Array(createHmac("sha256", key).update(text).digest());
