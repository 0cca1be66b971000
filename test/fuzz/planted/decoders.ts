import { Decoder } from "../../../firmware/mqtt/decode.js";
import type { Incoming } from "../../../firmware/mqtt/packet.js";
import type { DecoderLike } from "../targets/decoder.js";

/** A decoder whose packets are changed on the way out. */
class Changed implements DecoderLike {
	readonly #decoder: Decoder;
	readonly #change: (packet: Incoming, again: () => Incoming | undefined) => Incoming | undefined;

	constructor(
		capacity: number,
		change: (packet: Incoming, again: () => Incoming | undefined) => Incoming | undefined,
	) {
		this.#decoder = new Decoder(capacity);
		this.#change = change;
	}

	push(bytes: Uint8Array): void {
		this.#decoder.push(bytes);
	}

	next(): Incoming | undefined {
		const packet = this.#decoder.next();
		return packet && this.#change(packet, () => this.next());
	}
}

/** A decoder that holds all of a packet, however large. */
class Greedy extends Decoder {
	readonly held = new Uint8Array(100_000);
}

/** A decoder that forgets where it was when a piece has a single byte of PUBREL. */
class Forgetful extends Decoder {
	override push(bytes: Uint8Array): void {
		super.push(bytes.length === 1 && bytes[0] === 0x62 ? bytes.subarray(1) : bytes);
	}
}

/** Decoders with a defect each, and the bytes of the smallest input that shows it, at most. */
export const BROKEN_DECODERS: readonly {
	readonly defect: string;
	readonly most: number;
	readonly decoder: (capacity: number) => DecoderLike;
}[] = [
	{
		defect: "throws on a character outside of ASCII",
		most: 12,
		decoder: (capacity) =>
			new Changed(capacity, (packet) => {
				if (packet.kind === "publish" && /[^ -~]/.test(packet.topic))
					throw new TypeError("no such character");
				return packet;
			}),
	},
	{
		defect: "loses the high byte of an id",
		most: 21,
		decoder: (capacity) =>
			new Changed(capacity, (packet) => ("id" in packet ? { ...packet, id: packet.id & 0xff } : packet)),
	},
	{
		defect: "loses the end of a long payload",
		most: 21,
		decoder: (capacity) =>
			new Changed(capacity, (packet) =>
				packet.kind === "publish" ? { ...packet, payload: packet.payload.subarray(0, 8) } : packet,
			),
	},
	{
		defect: "overlooks what is malformed",
		most: 5,
		decoder: (capacity) =>
			new Changed(capacity, (packet, again) => (packet.kind === "malformed" ? again() : packet)),
	},
	{ defect: "allocates more than its capacity", most: 4, decoder: (capacity) => new Greedy(capacity) },
	{ defect: "depends on how the stream is cut", most: 8, decoder: (capacity) => new Forgetful(capacity) },
];
