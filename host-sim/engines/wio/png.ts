import { deflateSync } from "node:zlib";
import { crc32 } from "../../crc32.js";
import type { Picture } from "./lcd.js";

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Bits of a colour; colours: red, green, blue. */
const DEPTH = 8;
const TRUE_COLOUR = 2;
/** A chunk: u32 length, four letters, data, u32 CRC of letters and data; big endian. */
function chunk(name: string, data: Uint8Array): Uint8Array {
	const bytes = new Uint8Array(12 + data.length);
	const view = new DataView(bytes.buffer);
	view.setUint32(0, data.length);
	bytes.set(Buffer.from(name, "latin1"), 4);
	bytes.set(data, 8);
	view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
	return bytes;
}

/** A picture as a PNG (W3C, third edition, 5 and 11.2). */
export function pngOf({ width, height, pixels }: Picture): Uint8Array {
	const header = new Uint8Array(13);
	const view = new DataView(header.buffer);
	view.setUint32(0, width);
	view.setUint32(4, height);
	header.set([DEPTH, TRUE_COLOUR], 8);
	// Before each row: that it is not filtered.
	const rows = new Uint8Array(height * (1 + width * 3));
	for (let row = 0; row < height; row++) {
		rows.set(pixels.subarray(row * width * 3, (row + 1) * width * 3), row * (1 + width * 3) + 1);
	}
	const chunks = [chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", new Uint8Array(0))];
	return new Uint8Array(Buffer.concat([SIGNATURE, ...chunks]));
}
