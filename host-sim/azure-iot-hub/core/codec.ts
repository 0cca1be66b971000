import { generate, type Packet, parser } from "mqtt-packet";

/** What comes from a client, or why it cannot be read. */
export type Incoming =
	| { readonly kind: "packet"; readonly packet: Packet }
	/** CONNECT of another protocol level than MQTT 3.1.1's. */
	| { readonly kind: "other-version" }
	| { readonly kind: "malformed"; readonly reason: string }
	| { readonly kind: "too-large"; readonly reason: string };

/** A packet as bytes. */
export const encode = (packet: Packet): Uint8Array => generate(packet);

const CONNECT = 1;

/** `MQTT` with its length, which stands behind the fixed header of CONNECT (3.1.2.1). */
const PROTOCOL = Buffer.from("\0\u0004MQTT");

const LEVEL_3_1_1 = 4;

/** Cuts a client's bytes into packets and reads them; it holds one packet at most. */
export class PacketReader {
	readonly #longest: number;
	#bytes: Buffer = Buffer.alloc(0);
	#pieces: Uint8Array[] = [];
	#isFirst = true;

	/** @param longest bytes of Remaining Length */
	constructor(longest: number) {
		this.#longest = longest;
	}

	/** Takes bytes, however they are cut; they are copied. */
	push(bytes: Uint8Array): void {
		this.#pieces.push(Uint8Array.from(bytes));
	}

	/** The next packet, if it is there whole. After anything but a packet the reader cannot go on. */
	next(): Incoming | undefined {
		if (this.#pieces.length > 0) {
			this.#bytes = Buffer.concat([this.#bytes, ...this.#pieces]);
			this.#pieces = [];
		}
		if (this.#isFirst && this.#bytes.length > 0 && this.#bytes[0] !== CONNECT << 4)
			return malformed("the connection does not begin with CONNECT [MQTT-3.1.0-1]");
		const header = this.#header();
		if (header === undefined) return undefined;
		if (header === "malformed") return malformed("a Remaining Length of more than 4 bytes");
		const { begin, length } = header;
		if (length > this.#longest)
			return {
				kind: "too-large",
				reason: `a packet of ${length} bytes; the hub reads at most ${this.#longest}`,
			};
		if (this.#bytes.length < begin + length) return undefined;
		const frame = this.#bytes.subarray(0, begin + length);
		this.#bytes = this.#bytes.subarray(begin + length);
		this.#isFirst = false;
		return read(frame, begin);
	}

	/** Where the body begins and how long it is (2.2.3). */
	#header(): { readonly begin: number; readonly length: number } | "malformed" | undefined {
		let length = 0;
		for (let index = 1; index <= 4; index++) {
			const byte = this.#bytes[index];
			if (byte === undefined) return undefined;
			length += (byte & 0x7f) * 128 ** (index - 1);
			if (byte < 0x80) return { begin: index + 1, length };
		}
		return "malformed";
	}
}

const malformed = (reason: string): Incoming => ({ kind: "malformed", reason });

function read(frame: Buffer, begin: number): Incoming {
	if ((frame[0] ?? 0) >> 4 === CONNECT) {
		const level = levelOf(frame, begin);
		if (level === undefined) return malformed("CONNECT of another protocol");
		if (level !== LEVEL_3_1_1) return { kind: "other-version" };
	}
	let result: Incoming = malformed("a packet that does not end where it says");
	const own = parser({ protocolVersion: LEVEL_3_1_1 });
	own.on("packet", (packet) => {
		result = { kind: "packet", packet };
	});
	own.on("error", (error: Error) => {
		result = malformed(error.message);
	});
	own.parse(frame);
	if (result.kind !== "packet" || isExact(result.packet, frame)) return result;
	return malformed(`${result.packet.cmd.toUpperCase()} with something in it that MQTT does not allow`);
}

/** The protocol level; 3 for MQTT 3.1, whose protocol name is another. */
function levelOf(frame: Buffer, begin: number): number | undefined {
	if (frame.subarray(begin, begin + PROTOCOL.length).equals(PROTOCOL)) return frame[begin + PROTOCOL.length];
	return frame.subarray(begin + 2, begin + 8).toString("latin1") === "MQIsdp" ? 3 : undefined;
}

/**
 * Whether a packet, written, gives the bytes it was read from. mqtt-packet overlooks bytes behind the end, text that is
 * no UTF-8 and flags without a meaning, and writes none of them.
 */
function isExact(packet: Packet, frame: Buffer): boolean {
	try {
		return Buffer.from(generate(packet)).equals(frame);
	} catch {
		return false;
	}
}
