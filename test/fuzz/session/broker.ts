import {
	acknowledgement,
	connack,
	PUBACK,
	PUBCOMP,
	PUBREC,
	pingresp,
	suback,
	UNSUBACK,
} from "../broker-stream.js";
import { joined } from "../bytes.js";
import { mutated } from "../mutate.js";
import { Random } from "../random.js";
import type { ClientPacket } from "./client-packet.js";

/** Answers that are kept at most: nobody has to give them. */
const MOST_ANSWERS = 64;
/** Bytes on their way to the client at most. */
const MOST_BYTES = 4096;

/** A broker that can answer as it should, and whose bytes on the way to the client can be spoilt. */
export class Broker {
	#down: Uint8Array = new Uint8Array(0);
	#answers: Uint8Array[] = [];
	#hasSession = false;

	/** The network connection is gone. */
	reset(): void {
		this.#down = new Uint8Array(0);
		this.#answers = [];
	}

	/** Takes note of a packet, and of the answer that is due to it. */
	take({ kind, id, qos, filters }: ClientPacket, clean: boolean): void {
		const answer = this.#answerTo(kind, id, qos, filters, clean);
		if (answer !== undefined && this.#answers.length < MOST_ANSWERS) this.#answers.push(answer);
	}

	#answerTo(kind: string, id: number, qos: number, filters: number, clean: boolean): Uint8Array | undefined {
		switch (kind) {
			case "connect": {
				const sessionPresent = this.#hasSession && !clean;
				this.#hasSession = !clean;
				return connack(sessionPresent, 0);
			}
			case "publish":
				return qos === 0 ? undefined : acknowledgement(qos === 1 ? PUBACK : PUBREC, id);
			case "pubrel":
				return acknowledgement(PUBCOMP, id);
			case "subscribe":
				return suback(id, Array<number>(filters).fill(1));
			case "unsubscribe":
				return acknowledgement(UNSUBACK, id);
			case "pingreq":
				return pingresp();
			default:
				return undefined;
		}
	}

	/** Gives an answer that is due: the oldest, or another. */
	answer(which: number): void {
		const [answer] = this.#answers.splice(this.#answers.length === 0 ? 0 : which % this.#answers.length, 1);
		if (answer !== undefined) this.send(answer);
	}

	/** Sends anything. */
	send(bytes: Uint8Array): void {
		if (this.#down.length + bytes.length <= MOST_BYTES) this.#down = joined([this.#down, bytes]);
	}

	/** Spoils what is on its way, as `seed` says. */
	spoil(seed: number): void {
		this.#down = mutated(this.#down, new Random(seed)).subarray(0, MOST_BYTES);
	}

	/** What arrives at the client next: so many bytes, or all of them with 0. */
	flow(count: number): Uint8Array {
		const bytes = this.#down.subarray(0, count === 0 ? this.#down.length : count);
		this.#down = this.#down.subarray(bytes.length);
		return bytes;
	}
}
