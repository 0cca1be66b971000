const POLYNOMIAL = 0x1021;
const INITIAL = 0xef4a;

/**
 * The checksum of eRPC's frames over `bytes`: CRC-16 with polynomial 0x1021 and initial value 0xEF4A, most
 * significant bit first, neither reflected nor inverted. "123456789" gives 0x89AC.
 */
export function crc16(bytes: Uint8Array): number {
	let crc = INITIAL;
	for (const byte of bytes) {
		crc ^= byte << 8;
		for (let bit = 0; bit < 8; bit++) {
			crc = (crc & 0x8000) === 0 ? crc << 1 : ((crc << 1) ^ POLYNOMIAL) & 0xffff;
		}
	}
	return crc;
}
