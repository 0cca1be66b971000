import type { ByteBuffer } from "../../firmware/ecma-419.js";

/** The bytes of a buffer, in an array of their own. */
export const copyOf = (buffer: ByteBuffer): Uint8Array =>
	(buffer instanceof ArrayBuffer ? new Uint8Array(buffer) : buffer).slice();
