import { type IPublishPacket, type Packet, type Parser, parser } from "mqtt-packet";
import type { QoS } from "../../../firmware/mqtt/packet.js";
import { concat, generated } from "./support.js";

/** A message of the server on its way to the client. */
interface Outbound {
	readonly id: number;
	readonly topic: string;
	readonly payload: string;
}

/**
 * A server for one client, with a codec that is not the client's. What the client does wrong throws.
 * Bytes for the client gather in `down`.
 */
export class ReferenceServer {
	/** Payloads of the messages with QoS 1 that came, once each, in the order in which they first came. */
	readonly received: string[] = [];
	/** Payloads sent on this connection, in order. */
	sent: string[] = [];
	down: Uint8Array = new Uint8Array(0);
	/** The unacknowledged messages of a persistent session; `undefined`: there is no session. */
	#session: Outbound[] | undefined;
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

	/** Forgets the session, as a server without a disk does. */
	forget(): void {
		this.#session = undefined;
	}

	receive(bytes: Uint8Array): void {
		this.#parser?.parse(Buffer.from(bytes));
	}

	/** Sends a message, if it can be sent. */
	publish(topic: string, payload: string, qos: QoS): void {
		if (qos === 0) {
			if (this.#connected) this.#send({ id: 0, topic, payload }, false);
			return;
		}
		// Without a session there is nothing to wait for.
		if (this.#session === undefined) return;
		do this.#lastId = (this.#lastId % 0xffff) + 1;
		while (this.#session.some(({ id }) => id === this.#lastId));
		const message = { id: this.#lastId, topic, payload };
		this.#session.push(message);
		if (this.#connected) this.#send(message, false);
	}

	#send({ id, topic, payload }: Outbound, dup: boolean): void {
		this.sent.push(payload);
		const qos = id === 0 ? 0 : 1;
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
				return this.#acknowledged(packet.messageId);
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
		const sessionPresent = !clean && this.#session !== undefined;
		this.#answer({ cmd: "connack", sessionPresent, returnCode: 0 });
		if (!sessionPresent) this.#session = [];
		for (const message of this.#session ?? []) this.#send(message, true);
	}

	#keep({ qos, messageId, payload, dup }: IPublishPacket): void {
		if (qos === 0) {
			if (dup) throw new Error("DUP with QoS 0 [MQTT-3.3.1-2]");
			return;
		}
		if (messageId === undefined || messageId === 0) throw new Error("packet id 0 [MQTT-2.3.1-1]");
		const text = payload.toString();
		if (!this.received.includes(text)) this.received.push(text);
		else if (!dup) throw new Error(`${text} again without DUP [MQTT-3.3.1-1]`);
		this.#answer({ cmd: "puback", messageId });
	}

	#acknowledged(id: number | undefined): void {
		// The oldest is acknowledged first [MQTT-4.6.0-2].
		const first = this.#session?.shift();
		if (first === undefined || first.id !== id) throw new Error(`PUBACK ${id} instead of ${first?.id}`);
	}
}
