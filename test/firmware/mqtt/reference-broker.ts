import { type IPublishPacket, type Packet, type Parser, parser } from "mqtt-packet";
import type { QoS } from "../../../firmware/mqtt/packet.js";
import { concat, generated } from "./support.js";

/** A message of the broker on its way to the client. */
interface Outbound {
	readonly id: number;
	readonly topic: string;
	readonly payload: string;
	readonly qos: QoS;
	/** With QoS 2: whether the client has sent PUBREC. */
	isReleased: boolean;
}

/**
 * A broker for one client, with a codec that is not the client's. What the client does wrong throws.
 * Bytes for the client gather in `down`.
 */
export class ReferenceBroker {
	/** Payloads of the messages with QoS 1 and 2 that came, once each, in the order in which they first came. */
	readonly received: string[] = [];
	/** Messages sent on this connection, in order. */
	sent: { readonly payload: string; readonly qos: QoS }[] = [];
	down: Uint8Array = new Uint8Array(0);
	/** The unacknowledged messages of a persistent session; `undefined`: there is no session. */
	#session: Outbound[] | undefined;
	/** Whether the client knows of this session. */
	#isKnown = false;
	/** By packet id, the payloads that came with QoS 2 and were not released. */
	readonly #held = new Map<number, string>();
	/** Payloads with QoS 2 that came in this session. */
	readonly #exact = new Set<string>();
	#parser: Parser | undefined;
	#connected = false;
	#lastId = 0;

	get isConnected(): boolean {
		return this.#connected;
	}

	/** Messages that the client has not acknowledged. */
	get unacknowledged(): number {
		return this.#session?.length ?? 0;
	}

	/** A network connection begins. */
	open(): void {
		this.close();
		const packets = parser();
		packets.on("packet", (packet) => this.#take(packet));
		packets.on("error", (error) => {
			throw error;
		});
		this.#parser = packets;
	}

	/** The network connection is gone. */
	close(): void {
		this.#parser = undefined;
		this.#connected = false;
		this.down = new Uint8Array(0);
		this.sent = [];
	}

	/** Forgets the session, as a broker without a disk does. */
	forget(): void {
		this.#session = undefined;
		this.#lastId = 0;
	}

	/**
	 * The client has read CONNACK. One that never does cannot know that the session is a new one, and may
	 * take a packet id of it for an old one: MQTT has no cure, so this broker says it again.
	 */
	known(): void {
		this.#isKnown = true;
	}

	receive(bytes: Uint8Array): void {
		this.#parser?.parse(Buffer.from(bytes));
	}

	/** Sends a message, if it can be sent. */
	publish(topic: string, payload: string, qos: QoS): void {
		if (qos === 0) {
			if (this.#connected) this.#send({ id: 0, topic, payload, qos, isReleased: false }, false);
			return;
		}
		// Without a session there is nothing to wait for.
		if (this.#session === undefined) return;
		do this.#lastId = (this.#lastId % 0xffff) + 1;
		while (this.#session.some(({ id }) => id === this.#lastId));
		const message = { id: this.#lastId, topic, payload, qos, isReleased: false };
		this.#session.push(message);
		if (this.#connected) this.#send(message, false);
	}

	#send({ id, topic, payload, qos, isReleased }: Outbound, dup: boolean): void {
		if (isReleased) return this.#answer({ cmd: "pubrel", messageId: id });
		this.sent.push({ payload, qos });
		this.#answer({
			cmd: "publish",
			topic,
			payload,
			qos,
			dup,
			retain: false,
			...(id > 0 && { messageId: id }),
		});
	}

	#answer(packet: Packet): void {
		this.down = concat(this.down, generated(packet));
	}

	#take(packet: Packet): void {
		if (packet.cmd === "connect") return this.#accept(packet.clean === true);
		if (!this.#connected) throw new Error(`${packet.cmd} before CONNECT [MQTT-3.1.0-1]`);
		switch (packet.cmd) {
			case "publish":
				return this.#keep(packet);
			case "puback":
				return this.#acknowledged(packet.messageId, 1);
			case "pubrec":
				return this.#acknowledged(packet.messageId, 2);
			case "pubrel":
				this.#held.delete(packet.messageId as number);
				return this.#answer({ cmd: "pubcomp", messageId: packet.messageId as number });
			case "pubcomp":
				return this.#completed(packet.messageId);
			case "subscribe":
				if (packet.messageId === 0) throw new Error("packet id 0 [MQTT-2.3.1-1]");
				return this.#answer({
					cmd: "suback",
					granted: packet.subscriptions.map(({ qos }) => qos),
					...(packet.messageId !== undefined && { messageId: packet.messageId }),
				});
			case "pingreq":
				return this.#answer({ cmd: "pingresp" });
			case "disconnect":
				return this.close();
			default:
				throw new Error(`${packet.cmd} from a client`);
		}
	}

	#accept(clean: boolean): void {
		if (this.#connected) throw new Error("a second CONNECT [MQTT-3.1.0-2]");
		this.#connected = true;
		const isKept = !clean && this.#session !== undefined;
		this.#isKnown &&= isKept;
		this.#answer({ cmd: "connack", sessionPresent: this.#isKnown, returnCode: 0 });
		if (!isKept) {
			this.#session = [];
			this.#held.clear();
			this.#exact.clear();
		}
		for (const message of this.#session ?? []) this.#send(message, true);
	}

	#keep({ qos, messageId, payload, dup }: IPublishPacket): void {
		if (qos === 0) {
			if (dup) throw new Error("DUP with QoS 0 [MQTT-3.3.1-2]");
			return;
		}
		if (messageId === undefined || messageId === 0) throw new Error("packet id 0 [MQTT-2.3.1-1]");
		const text = payload.toString();
		if (qos === 2) this.#hold(messageId, text);
		if (!this.received.includes(text)) this.received.push(text);
		else if (!dup) throw new Error(`${text} again without DUP [MQTT-3.3.1-1]`);
		this.#answer({ cmd: qos === 2 ? "pubrec" : "puback", messageId });
	}

	/** A message with QoS 2: a repetition has the id of one that is not released, or it comes twice. */
	#hold(id: number, text: string): void {
		const held = this.#held.get(id);
		if (held !== undefined && held !== text) throw new Error(`${id} anew before PUBREL [MQTT-4.3.3-1]`);
		if (held === undefined && this.#exact.has(text)) throw new Error(`${text} twice [MQTT-4.3.3-1]`);
		this.#held.set(id, text);
		this.#exact.add(text);
	}

	/** PUBACK or PUBREC: the oldest is acknowledged first [MQTT-4.6.0-2] [MQTT-4.6.0-3]. */
	#acknowledged(id: number | undefined, qos: QoS): void {
		const first = this.#session?.find(({ isReleased }) => !isReleased);
		if (first === undefined || first.id !== id || first.qos !== qos) {
			throw new Error(`answer ${id} to QoS ${qos} instead of ${first?.id} to ${first?.qos}`);
		}
		this.#session = this.#session?.filter((message) => message !== first);
		if (qos === 1) return;
		first.isReleased = true;
		this.#session?.push(first);
		this.#answer({ cmd: "pubrel", messageId: id });
	}

	/** PUBCOMP, in the order of PUBREL. */
	#completed(id: number | undefined): void {
		const first = this.#session?.find(({ isReleased }) => isReleased);
		if (first?.id !== id) throw new Error(`PUBCOMP ${id} instead of ${first?.id}`);
		this.#session = this.#session?.filter((message) => message !== first);
	}
}
