import { type Message, type QoS, type Violation, violation } from "./packet.js";

/** A client that can be written to. */
export interface Output {
	publish(message: Message, qos: QoS, retain: boolean, dup: boolean, id: number): void;
	pubrel(id: number): void;
}

/** A message on its way to one client, with QoS 1 or 2. */
interface Delivery {
	readonly message: Message;
	readonly qos: QoS;
	readonly retain: boolean;
}

/** The messages for one client: on their way, and waiting for their turn or for the client (4.3, 4.4). */
export class Outbound {
	readonly #window: number;
	readonly #limit: number;
	/** PUBLISH was sent and not acknowledged, by packet id, in the order in which it was first sent. */
	readonly #unacknowledged = new Map<number, Delivery>();
	/** PUBREL was sent, in the order of PUBREC, and PUBCOMP did not come. */
	readonly #released = new Set<number>();
	readonly #waiting: Delivery[] = [];
	#output: Output | undefined;
	#lastId = 0;

	/**
	 * @param window how many may be on their way at one time, 1-65535
	 * @param limit how many more may wait
	 */
	constructor(window: number, limit: number) {
		this.#window = window;
		this.#limit = limit;
	}

	/** Whether the client is away. */
	get isPaused(): boolean {
		return this.#output === undefined;
	}

	/** Packet ids in use. */
	get inFlight(): number {
		return this.#unacknowledged.size + this.#released.size;
	}

	/** Messages that the client has not taken over. */
	get size(): number {
		return this.#unacknowledged.size + this.#waiting.length;
	}

	/**
	 * The client is there. What was not acknowledged is sent again with its id, in order
	 * [MQTT-4.4.0-1] [MQTT-4.6.0-1]; then what waits.
	 */
	resume(output: Output): void {
		this.#output = output;
		for (const id of this.#released) output.pubrel(id);
		for (const [id, { message, qos, retain }] of this.#unacknowledged) {
			output.publish(message, qos, retain, true, id);
		}
		this.#sendWaiting(output);
	}

	/** The client is gone. */
	pause(): void {
		this.#output = undefined;
	}

	/** Sends a message, now or later. Returns whether there was room for it. */
	deliver(message: Message, qos: QoS, retain: boolean): boolean {
		const output = this.#output;
		if (qos === 0) {
			// Nothing is kept with QoS 0, also not for a client that is away (4.1).
			output?.publish(message, 0, retain, false, 0);
			return true;
		}
		// Where there is room nothing waits.
		if (output !== undefined && this.inFlight < this.#window) {
			this.#send(output, { message, qos, retain });
			return true;
		}
		if (this.#waiting.length >= this.#limit) return false;
		this.#waiting.push({ message, qos, retain });
		return true;
	}

	/** PUBACK came. An id that is not in use is left alone: the answer to a repetition, perhaps. */
	acknowledged(output: Output, id: number): Violation | undefined {
		const delivery = this.#unacknowledged.get(id);
		if (delivery === undefined) return undefined;
		if (delivery.qos !== 1) return violation("MQTT-4.3.3-2", "PUBACK to a message with QoS 2");
		this.#unacknowledged.delete(id);
		this.#sendWaiting(output);
		return undefined;
	}

	/** PUBREC came; PUBREL is the answer, whether or not the id is in use [MQTT-4.3.3-1]. */
	received(id: number): Violation | undefined {
		const delivery = this.#unacknowledged.get(id);
		if (delivery === undefined) return undefined;
		if (delivery.qos !== 2) return violation("MQTT-4.3.2-2", "PUBREC to a message with QoS 1");
		this.#unacknowledged.delete(id);
		this.#released.add(id);
		return undefined;
	}

	/** PUBCOMP came. */
	completed(output: Output, id: number): Violation | undefined {
		if (this.#unacknowledged.has(id)) return violation("MQTT-4.3.3-2", "PUBCOMP without PUBREC");
		if (this.#released.delete(id)) this.#sendWaiting(output);
		return undefined;
	}

	#sendWaiting(output: Output): void {
		while (this.#waiting.length > 0 && this.inFlight < this.#window) {
			this.#send(output, this.#waiting.shift() as Delivery);
		}
	}

	#send(output: Output, delivery: Delivery): void {
		const id = this.#newId();
		this.#unacknowledged.set(id, delivery);
		output.publish(delivery.message, delivery.qos, delivery.retain, false, id);
	}

	/** One that is not in use; the window leaves at least one [MQTT-2.3.1-2]. */
	#newId(): number {
		do this.#lastId = (this.#lastId % 0xffff) + 1;
		while (this.#unacknowledged.has(this.#lastId) || this.#released.has(this.#lastId));
		return this.#lastId;
	}
}
