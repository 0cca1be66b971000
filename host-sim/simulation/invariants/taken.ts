import type { Message, QoS } from "../broker/packet.js";
import type { TakenMessage } from "./invariant.js";

const decoder = new TextDecoder();

/** A message as the broker took it; its payload becomes text only for those who ask. */
export class Taken implements TakenMessage {
	readonly #message: Message;

	constructor(message: Message) {
		this.#message = message;
	}

	get topic(): string {
		return this.#message.topic;
	}

	get qos(): QoS {
		return this.#message.qos;
	}

	get payload(): string {
		const { bytes, payloadAt } = this.#message;
		return decoder.decode(bytes.subarray(payloadAt));
	}
}
