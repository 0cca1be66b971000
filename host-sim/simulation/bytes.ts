import type { ByteBuffer } from "../../firmware/ecma-419.js";
import { bytesOf } from "../io/byte-buffer.js";

/** The bytes of a buffer, in an array of their own. */
export const copyOf = (buffer: ByteBuffer): Uint8Array => bytesOf(buffer).slice();
