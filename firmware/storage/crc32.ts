/** CRC-32 (ISO-HDLC, as in zip and Ethernet) of half a byte each: a table of 16 rather than of 256. */
const TABLE: readonly number[] = Object.freeze([
	0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c, 0xedb88320,
	0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
]);

/**
 * The checksum of `bytes` from `start` up to `end`, 0 to 2**32 - 1.
 * @param seed the checksum of what comes before them, to go on from; 0 at the beginning
 */
export function crc32(bytes: Uint8Array, start: number, end: number, seed = 0): number {
	let crc = ~seed;
	for (let at = start; at < end; at++) {
		crc ^= bytes[at] as number;
		crc = (TABLE[crc & 15] as number) ^ (crc >>> 4);
		crc = (TABLE[crc & 15] as number) ^ (crc >>> 4);
	}
	return ~crc >>> 0;
}
