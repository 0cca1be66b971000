/** Bytes of the largest packet that is let in when nothing else is said. */
export const DEFAULT_MAX_PACKET = 262_144;

/** The range of a limit: any broker's login fits, and no packet is larger (MQTT 3.1.1, 2.2.3). */
export const LEAST_MAX_PACKET = 128;
export const MOST_MAX_PACKET = 268_435_460;

/** @throws RangeError for what is no limit */
export function checkMaxPacket(limit: number): void {
	if (!Number.isInteger(limit) || limit < LEAST_MAX_PACKET || limit > MOST_MAX_PACKET)
		throw new RangeError(`maxPacket: a whole number from ${LEAST_MAX_PACKET} to ${MOST_MAX_PACKET}`);
}

/** What the fixed headers of a stream show to be wrong with it. */
export type PacketProblem =
	/** A packet has `size` bytes, its fixed header included: more than the limit. */
	| { readonly kind: "too-large"; readonly size: number }
	/** The length of a packet has more than four bytes. */
	| { readonly kind: "malformed" };

/** Bytes that a length has at most (MQTT 3.1.1, 2.2.3). */
const LENGTH_BYTES = 4;

/** What comes next in the stream: the first byte of a packet, or the byte of its length with this number. */
const HEAD = -1;

/**
 * Reads the fixed headers of a stream of MQTT packets and skips what is between them, to find a packet
 * that is too large before anything keeps its bytes. It copies nothing and holds three numbers.
 */
export class PacketScanner {
	readonly #limit: number;
	#next = HEAD;
	/** The length as far as it is read. */
	#length = 0;
	/** Bytes of the packet that are still to come. */
	#rest = 0;
	#problem: PacketProblem | undefined;

	/**
	 * @param limit bytes of the largest packet, its fixed header included: LEAST_MAX_PACKET to MOST_MAX_PACKET
	 * @throws RangeError for another limit
	 */
	constructor(limit: number) {
		checkMaxPacket(limit);
		this.#limit = limit;
	}

	/** Takes the next bytes of the stream, cut anywhere. Returns the first problem, now and ever after. */
	scan(bytes: Uint8Array): PacketProblem | undefined {
		for (let at = 0; at < bytes.length && this.#problem === undefined; ) {
			if (this.#rest > 0) {
				const skipped = Math.min(this.#rest, bytes.length - at);
				this.#rest -= skipped;
				at += skipped;
			} else {
				this.#problem = this.#readHeader(bytes[at] as number);
				at += 1;
			}
		}
		return this.#problem;
	}

	#readHeader(byte: number): PacketProblem | undefined {
		if (this.#next === HEAD) {
			this.#next = 0;
			this.#length = 0;
			return undefined;
		}
		this.#length += (byte & 0x7f) * 128 ** this.#next;
		this.#next += 1;
		if (byte >= 0x80) return this.#next === LENGTH_BYTES ? { kind: "malformed" } : undefined;
		const size = 1 + this.#next + this.#length;
		if (size > this.#limit) return { kind: "too-large", size };
		this.#rest = this.#length;
		this.#next = HEAD;
		return undefined;
	}
}

/** A problem in words, for people. */
export const problemText = (problem: PacketProblem, limit: number): string =>
	problem.kind === "malformed"
		? "the length of a packet has more than four bytes"
		: `a packet of ${problem.size} bytes is larger than the limit of ${limit} (--max-packet)`;
