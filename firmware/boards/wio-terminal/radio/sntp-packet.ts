/** Two words of 32 bits that a question has in place of its time, and the answer, too: nobody else can know them. */
export type Nonce = readonly [number, number];

/** Bytes of a packet without extensions (RFC 4330, 4). */
const SIZE = 48;
/** No leap second, version 4, mode 3 (client). */
const CLIENT = 0x23;
const SERVER_MODE = 4;
/** The clock of the server is not set. */
const ALARM = 3;
/** Strata from 1 up to, not including, this are those of a clock. */
const UNSYNCHRONISED = 16;
/** Where the time is that the question had, and that at which the answer was sent. */
const ORIGINATE = 24;
const TRANSMIT = 40;
/** Seconds from 1900 to 1970. */
const EPOCH = 2_208_988_800;
const WORD = 0x1_0000_0000;

export function timeRequest([high, low]: Nonce): Uint8Array {
	const packet = new Uint8Array(SIZE);
	packet[0] = CLIENT;
	put(packet, TRANSMIT, high);
	put(packet, TRANSMIT + 4, low);
	return packet;
}

/**
 * Milliseconds since 1970 that a server's answer tells; why it tells none; `undefined` for what is no answer to this
 * question.
 */
export function readTime(packet: Uint8Array, [high, low]: Nonce): number | string | undefined {
	const first = packet[0] ?? 0;
	const stratum = packet[1] ?? 0;
	if (packet.length < SIZE || (first & 7) !== SERVER_MODE) return undefined;
	if (word(packet, ORIGINATE) !== high || word(packet, ORIGINATE + 4) !== low) return undefined;
	// A "kiss of death", in the stratum 0, asks to be left alone (RFC 4330, 8).
	if (stratum === 0) return "the time server does not want to be asked";
	if (first >> 6 === ALARM || stratum >= UNSYNCHRONISED) return "the time server's own clock is not set";
	const seconds = word(packet, TRANSMIT);
	// From 2036 on they begin at 0 again (RFC 4330, 3).
	const since1900 = seconds < WORD / 2 ? seconds + WORD : seconds;
	return (since1900 - EPOCH) * 1000 + Math.floor((word(packet, TRANSMIT + 4) / WORD) * 1000);
}

const word = (bytes: Uint8Array, at: number): number =>
	(((bytes[at] as number) << 24) |
		((bytes[at + 1] as number) << 16) |
		((bytes[at + 2] as number) << 8) |
		(bytes[at + 3] as number)) >>>
	0;

function put(bytes: Uint8Array, at: number, value: number): void {
	bytes[at] = value >>> 24;
	bytes[at + 1] = value >>> 16;
	bytes[at + 2] = value >>> 8;
	bytes[at + 3] = value;
}
