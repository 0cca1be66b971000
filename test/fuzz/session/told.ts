import type { Oversize, Publish } from "../../../firmware/mqtt/packet.js";
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
		const came = (wanted: readonly string[], count: number) =>
			(isAll ? wanted : wanted.slice(0, count)).join("\n");
		demandSame(this.#lines.join("\n"), came(lines, this.#lines.length), "tells other messages than came");
		demandSame(this.#answers.join("\n"), came(answers, this.#answers.length), "answers something else");
	}

	#read(): Read[] {
		return referenceRead(joined(this.#stream), this.#capacity);
	}

	#wanted(): { lines: string[]; answers: string[] } {
		const held = new Set(this.#held);
		const lines: string[] = [];
		const answers: string[] = [];
		for (const { kind, id, qos, line } of this.#read()) {
			if (kind === "connack" && line.startsWith("connack false")) held.clear();
			if (kind === "pubrel") {
				held.delete(id);
				answers.push(`pubcomp ${id}`);
			}
			if (kind !== "publish" && kind !== "oversize") continue;
			if (qos > 0) answers.push(`${qos === 1 ? "puback" : "pubrec"} ${id}`);
			if (qos === 2 && held.has(id)) continue;
			if (qos === 2) held.add(id);
			lines.push(line);
		}
		return { lines, answers };
	}
}

function lineOf(message: Publish | Oversize): string {
	const { kind, topic, id, qos, retain } = message;
	const about = `${kind} ${topic} ${id} ${qos} ${retain}`;
	if (message.kind === "oversize") return `${about} ${message.length}`;
	return `${about} ${message.duplicate} ${latin1(message.payload)}`;
}
