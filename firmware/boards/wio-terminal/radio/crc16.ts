/** The remainders of the sixteen values of four bits, for the polynomial 0x1021. */
const REMAINDERS: readonly number[] = Object.freeze([
	0x0000, 0x1021, 0x2042, 0x3063, 0x4084, 0x50a5, 0x60c6, 0x70e7, 0x8108, 0x9129, 0xa14a, 0xb16b, 0xc18c,
	0xd1ad, 0xe1ce, 0xf1ef,
]);

/** eRPC's start value. */
const INITIAL = 0xef4a;

/** CRC-16 as eRPC's frames have it (polynomial 0x1021, most significant bit first) of `bytes` from `start` on. */
export function crc16(bytes: Uint8Array, start: number): number {
	let crc = INITIAL;
	const end = bytes.length;
	for (let at = start; at < end; at++) {
		const byte = bytes[at] as number;
		crc = ((crc << 4) & 0xffff) ^ (REMAINDERS[(crc >> 12) ^ (byte >> 4)] as number);
		crc = ((crc << 4) & 0xffff) ^ (REMAINDERS[(crc >> 12) ^ (byte & 15)] as number);
	}
	return crc;
}
