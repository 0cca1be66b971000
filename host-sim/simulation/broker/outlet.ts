import type { AnswerKind } from "./faults.js";
import type { BrokerLink, Surroundings } from "./link.js";
import type { Output } from "./outbound.js";
import type { AcknowledgementKind, Message, QoS } from "./packet.js";
import type { Sender } from "./turns.js";
import { PacketWriter } from "./write.js";

/** The outgoing half of a connection. What is written leaves when the turn's packet is done. */
export class Outlet implements Output, Sender {
	/** The client, once it has a name; for the faults. */
	client = "";
	readonly #around: Surroundings;
	readonly #link: BrokerLink;
	readonly #writer = new PacketWriter();
	#isClosed = false;

	constructor(around: Surroundings, link: BrokerLink) {
		this.#around = around;
		this.#link = link;
	}

	publish(message: Message, qos: QoS, retain: boolean, dup: boolean, id: number): void {
		this.#touch();
		this.#writer.publish(message, qos, retain, dup, id);
	}

	pubrel(id: number): void {
		this.#touch();
		this.#writer.acknowledge("pubrel", id);
	}

	/** CONNACK that no fault withholds. */
	refuse(returnCode: number): void {
		this.#touch();
		this.#writer.connack(false, returnCode);
	}

	/** The answers there are most of; apart, so that they need no closure. */
	acknowledge(kind: AcknowledgementKind, id: number): undefined {
		if (this.#around.faults.answer !== undefined) {
			return this.answer(kind, (writer) => writer.acknowledge(kind, id));
		}
		this.#touch();
		this.#writer.acknowledge(kind, id);
	}

	/**
	 * Has an answer written, unless a fault withholds it.
	 *
	 * @param late what is done behind it if a fault delays it, and the connection is still there
	 */
	answer(kind: AnswerKind, write: (writer: PacketWriter) => void, late = () => {}): undefined {
		const { clock, faults, turns } = this.#around;
		const fate = faults.answer?.(kind, this.client) ?? "send";
		if (fate === "drop") return;
		if (fate === "send") {
			this.#touch();
			write(this.#writer);
			return;
		}
		const delayed = () => {
			if (this.#isClosed) return;
			this.#touch();
			write(this.#writer);
			late();
		};
		clock.post(() => turns.take(delayed), fate);
	}

	flush(): void {
		if (!this.#writer.isEmpty) this.#link.send(this.#writer.take());
	}

	/** Nothing leaves any more but what was written. */
	close(): void {
		this.#isClosed = true;
		this.flush();
	}

	/** Will be flushed. */
	#touch(): void {
		if (this.#writer.isEmpty) this.#around.turns.add(this);
	}
}
