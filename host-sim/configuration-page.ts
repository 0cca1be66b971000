/**
 * The page of a Wio Terminal's flash that has the device's configuration, so that an image needs no toolchain to be
 * told its network and broker:
 *
 *     0   "NLPG"
 *     4   u16 version (1), u16 0
 *     8   u32 length of the text
 *     12  u32 CRC-32 (IEEE 802.3) of the text
 *     16  the configuration: JSON in UTF-8
 *
 * Little endian. Whoever holds the board can read it.
 */
import { crc32 } from "./crc32.js";

/** Where it is, and its bytes. */
export const PAGE_ADDRESS = 0x7e000;
export const PAGE_SIZE = 8192;
const HEADER = 16;
/** Bytes of the text at most. */
export const MOST_TEXT = PAGE_SIZE - HEADER;

const MAGIC = "NLPG";
const VERSION = 1;

/** What a page holds: a text; nothing, as erased flash does; or what is wrong with it. */
export type ReadPage =
	| { readonly kind: "text"; readonly text: string }
	| { readonly kind: "empty" }
	| { readonly kind: "invalid"; readonly reason: string };

/** @throws RangeError for a text of more than `MOST_TEXT` bytes */
export function encodePage(text: string): Uint8Array {
	const bytes = new TextEncoder().encode(text);
	if (bytes.length > MOST_TEXT)
		throw new RangeError(`${bytes.length} bytes, the page has room for ${MOST_TEXT}`);
	const page = new Uint8Array(HEADER + bytes.length);
	page.set(new TextEncoder().encode(MAGIC));
	const view = new DataView(page.buffer);
	view.setUint16(4, VERSION, true);
	view.setUint32(8, bytes.length, true);
	view.setUint32(12, crc32(bytes), true);
	page.set(bytes, HEADER);
	return page;
}

/** @param page the page's bytes, or those at its beginning */
export function decodePage(page: Uint8Array): ReadPage {
	if (page.subarray(0, HEADER).every((byte) => byte === 0xff)) return { kind: "empty" };
	const invalid = (reason: string): ReadPage => ({ kind: "invalid", reason });
	if (page.length < HEADER || Buffer.from(page.subarray(0, 4)).toString("latin1") !== MAGIC)
		return invalid("no configuration page");
	const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
	const version = view.getUint16(4, true);
	if (version !== VERSION) return invalid(`it is of version ${version}, not ${VERSION}`);
	const length = view.getUint32(8, true);
	if (length > MOST_TEXT || HEADER + length > page.length) return invalid(`${length} bytes do not fit it`);
	const bytes = page.subarray(HEADER, HEADER + length);
	if (view.getUint32(12, true) !== crc32(bytes)) return invalid("its checksum is wrong");
	try {
		return { kind: "text", text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
	} catch {
		return invalid("its text is not UTF-8");
	}
}
