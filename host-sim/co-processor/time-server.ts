/** Where time servers listen (RFC 5905, 7.2). */
export const TIME_PORT = 123;

/** Bytes of a packet (RFC 5905, 7.3). */
const SIZE = 48;
const CLIENT_MODE = 3;
/** No leap second, version 4, mode 4: a server. */
const SERVER = 0x24;
/** A clock of its own. */
const STRATUM = 1;
/** Where the times are: that of the client, which comes back; the arrival; the departure. */
const ORIGINATE = 24;
const RECEIVE = 32;
const TRANSMIT = 40;
/** Seconds from 1900 to 1970, and those of an era. */
const EPOCH = 2_208_988_800;
const ERA = 2 ** 32;

/** A time server's answer to a client's packet; `undefined` for what is none. @param date milliseconds since 1970 */
export function answerTime(packet: Uint8Array, date: number): Uint8Array | undefined {
	if (packet.length < SIZE || ((packet[0] as number) & 7) !== CLIENT_MODE) return undefined;
	const answer = new Uint8Array(SIZE);
	const view = new DataView(answer.buffer);
	answer[0] = SERVER;
	answer[1] = STRATUM;
	answer.set(packet.subarray(TRANSMIT, TRANSMIT + 8), ORIGINATE);
	for (const at of [RECEIVE, TRANSMIT]) {
		view.setUint32(at, (Math.floor(date / 1000) + EPOCH) % ERA);
		view.setUint32(at + 4, Math.floor(((date % 1000) / 1000) * ERA));
	}
	return answer;
}
