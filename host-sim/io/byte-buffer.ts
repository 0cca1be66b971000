import { types } from "node:util";

/** What the standard calls a Byte Buffer (§6, "Byte Buffer"). */
export type ByteBuffer = ArrayBufferLike | Uint8Array | Int8Array | DataView;

/**
 * The bytes of a Byte Buffer, shared with it, not copied. A view gives only the bytes it covers.
 * @throws TypeError when it is anything else, or detached
 */
export const bytesOf = (buffer: unknown): Uint8Array => {
	// A view of a detached buffer looks like an empty one; only making a new view tells them apart.
	if (types.isUint8Array(buffer) && buffer.byteLength > 0) return buffer;
	if (types.isUint8Array(buffer) || types.isInt8Array(buffer) || types.isDataView(buffer)) {
		return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
	}
	if (types.isAnyArrayBuffer(buffer)) return new Uint8Array(buffer);
	throw new TypeError("not an ArrayBuffer, SharedArrayBuffer, Uint8Array, Int8Array or DataView");
};
