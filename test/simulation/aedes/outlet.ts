import type { AnswerKind, BrokerFaults } from "../../../host-sim/simulation/broker/faults.js";
import type { BrokerClock, BrokerLink } from "../../../host-sim/simulation/broker/link.js";

/** The packets that answer, by the upper half of their first byte (2.2.1). */
const ANSWERS: Readonly<Record<number, AnswerKind>> = Object.freeze({
	2: "connack",
	4: "puback",
	5: "pubrec",
	6: "pubrel",
	7: "pubcomp",
	9: "suback",
	11: "unsuback",
	13: "pingresp",
});

/**
 * What a broker sends over one connection, on its way to the network: the faults by which a broker leaves
 * out or delays an answer are applied here, for a broker that has none of its own.
 */
export class Outlet {
	readonly #clock: BrokerClock;
	readonly #faults: BrokerFaults;
	readonly #link: BrokerLink;
	readonly #onPacket: (packet: Uint8Array, client: string) => void;
	/** A packet that has not come whole. */
	#rest: Uint8Array = new Uint8Array(0);
	/** What waits behind a CONNACK that is late, or for ever behind one that is left out. */
	#held: Uint8Array[] | undefined;
	#isClosed = false;

	/** @param onPacket hears each packet, whether it leaves or not, and the id of the client it is for */
	constructor(
		clock: BrokerClock,
		faults: BrokerFaults,
		link: BrokerLink,
		onPacket: (packet: Uint8Array, client: string) => void,
	) {
		this.#clock = clock;
		this.#faults = faults;
		this.#link = link;
		this.#onPacket = onPacket;
	}

	/** @param client its id */
	send(bytes: Uint8Array, client: string): void {
		if (this.#isClosed) return;
		const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
		let at = 0;
		const leaving: Uint8Array[] = [];
		for (let size = sizeOf(all, 0); size > 0; size = sizeOf(all, at)) {
			const packet = all.slice(at, at + size);
			at += size;
			this.#onPacket(packet, client);
			if (this.#leaves(packet, client)) (this.#held ?? leaving).push(packet);
		}
		this.#rest = all.slice(at);
		if (leaving.length > 0) this.#link.send(Buffer.concat(leaving));
	}

	/** The connection ends behind what has left. Idempotent. */
	close(): void {
		if (this.#isClosed) return;
		this.#isClosed = true;
		this.#link.close();
	}

	/** The network connection is over already. */
	lost(): void {
		this.#isClosed = true;
	}

	/** Whether a packet leaves now. */
	#leaves(packet: Uint8Array, client: string): boolean {
		const kind = ANSWERS[(packet[0] as number) >> 4];
		const fate = kind === undefined ? "send" : (this.#faults.answer?.(kind, client) ?? "send");
		if (fate === "send") return true;
		const isFirst = kind === "connack";
		if (isFirst) this.#held = [];
		if (fate === "drop") return false;
		this.#clock.post(() => {
			if (this.#isClosed) return;
			if (isFirst) this.#sendFirst(packet);
			else if (this.#held === undefined) this.#link.send(packet);
			else this.#held.push(packet);
		}, fate);
		return false;
	}

	/** CONNACK leaves, and what waited behind it. */
	#sendFirst(packet: Uint8Array): void {
		const held = this.#held ?? [];
		this.#held = undefined;
		this.#link.send(Buffer.concat([packet, ...held]));
	}
}

/** Bytes of the packet that begins at `at`; 0 while it is not whole (2.2.3). */
function sizeOf(bytes: Uint8Array, at: number): number {
	let length = 0;
	for (let index = 1; index <= 4; index++) {
		const byte = bytes[at + index];
		if (byte === undefined) return 0;
		length += (byte & 0x7f) * 128 ** (index - 1);
		if (byte < 0x80) return at + 1 + index + length <= bytes.length ? 1 + index + length : 0;
	}
	throw new Error("a Remaining Length of more than 4 bytes");
}
