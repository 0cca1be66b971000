import type { Oversize, Piece, Publish } from "../../../firmware/mqtt/packet.js";
import { joined, latin1 } from "../bytes.js";
import { type Read, referenceRead } from "../oracles/mqtt.js";
import { demandSame } from "../target.js";

/** Compares what the program is told, and what is answered, with what came on a connection. */
export class Told {
	readonly #capacity: number;
	#stream: Uint8Array[] = [];
	#lines: string[] = [];
	#answers: string[] = [];
	/** Ids of messages with QoS 2 that the program had when the connection began. */
	#held: readonly number[] = [];

	constructor(capacity: number) {
		this.#capacity = capacity;
	}

	/** A connection begins. */
	begin(held: Iterable<number>): void {
		this.#stream = [];
		this.#lines = [];
		this.#answers = [];
		this.#held = [...held];
	}

	/** Bytes came. */
	receive(bytes: Uint8Array): void {
		this.#stream.push(bytes);
	}

	/** The program was told of a message. */
	tell(message: Publish | Oversize): void {
		this.#lines.push(lineOf(message));
	}

	/** The program was given more of the message it was told of last. */
	proceed({ payload }: Piece): void {
		this.#lines.push(`${this.#lines.pop()}${latin1(payload)}`);
	}

	/** PUBACK, PUBREC or PUBCOMP was sent. */
	answer(kind: string, id: number): void {
		this.#answers.push(`${kind} ${id}`);
	}

	/** How many packets of this kind with this id came. */
	count(kind: string, id: number): number {
		return this.#read().filter((packet) => packet.kind === kind && packet.id === id).length;
	}

	/** What was told and answered came, in this order, nothing left out; all of it, when nothing is left to do. */
	check(isAll: boolean): void {
		const { lines, answers } = this.#wanted();
		const told = this.#lines.join("\n");
		const came = lines.join("\n");
		// The last one may be told in part.
		demandSame(told, isAll ? came : came.slice(0, told.length), "tells other messages than came");
		const due = isAll ? answers : answers.slice(0, this.#answers.length);
		demandSame(this.#answers.join("\n"), due.join("\n"), "answers something else");
	}

	#read(): Read[] {
		return referenceRead(joined(this.#stream), this.#capacity);
	}

	#wanted(): { lines: string[]; answers: string[] } {
		const held = new Set(this.#held);
		const lines: string[] = [];
		const answers: string[] = [];
		for (const { kind, id, qos, line, isWhole } of this.#read()) {
			if (kind === "connack" && line.startsWith("connack false")) held.clear();
			if (kind === "pubrel") {
				held.delete(id);
				answers.push(`pubcomp ${id}`);
			}
			if (kind !== "publish" && kind !== "oversize") continue;
			if (qos > 0 && isWhole) answers.push(`${qos === 1 ? "puback" : "pubrec"} ${id}`);
			if (qos === 2 && held.has(id)) continue;
			if (qos === 2 && isWhole) held.add(id);
			lines.push(line);
		}
		return { lines, answers };
	}
}

function lineOf(message: Publish | Oversize): string {
	const { kind, topic, id, qos, retain } = message;
	const about = `${kind} ${topic} ${id} ${qos} ${retain}`;
	const rest = message.kind === "oversize" ? message.length : message.duplicate;
	return `${about} ${rest} ${latin1(message.payload)}`;
}
