/** The polynomial, least significant bit first. */
const POLYNOMIAL = 0xedb8_8320;

/** The CRC-32 of IEEE 802.3, as in zip: 0 to 2**32 - 1. */
export function crc32(bytes: Uint8Array): number {
	let crc = 0xffff_ffff;
	for (const byte of bytes) {
		crc ^= byte;
		for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
	}
	return (crc ^ 0xffff_ffff) >>> 0;
}
