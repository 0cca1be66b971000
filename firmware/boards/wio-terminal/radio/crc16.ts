/** eRPC's start value. */
const INITIAL = 0xef4a;

/**
 * CRC-16 as eRPC's frames have it (polynomial 0x1021, most significant bit first) of `bytes` from `start` on. A byte's
 * eight steps are done at once: this polynomial has so few terms that shifts give them, and XS reads no table.
 */
export function crc16(bytes: Uint8Array, start: number): number {
	let crc = INITIAL;
	const end = bytes.length;
	for (let at = start; at < end; at++) {
		let mixed = (crc >> 8) ^ (bytes[at] as number);
		mixed ^= mixed >> 4;
		crc = ((crc << 8) ^ (mixed << 12) ^ (mixed << 5) ^ mixed) & 0xffff;
	}
	return crc;
}
