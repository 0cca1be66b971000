import type { DeviceEvent } from "../../../firmware/events.js";
import type { ReadMessage } from "../network/message-reader.js";
import { wordOf } from "../orders/words.js";
import { isGivenUp } from "./invariant.js";

/** What a device told of a message that it had read. */
export interface Telling {
	/** `undefined` for more than it had read. */
	readonly message: ReadMessage | undefined;
	/** The id of an order, which is answered; `undefined` for a message without one. */
	readonly order: string | undefined;
	/** Whether nothing more is told of it, but why it is refused. */
	readonly isLast: boolean;
}

/** What of a device's events is about messages. */
export type InputEvent = Extract<DeviceEvent, { event: "command" | "refused" | "response" }>;

/** Whether a device tells of a message that it read. @param acks where answers to readings come, which are no input */
export const isInput = (event: DeviceEvent, acks: ReadonlySet<string | undefined>): event is InputEvent =>
	event.event === "command" ||
	event.event === "response" ||
	(event.event === "refused" && !isGivenUp(event.code) && !acks.has(event.topic));

/** What one device has read and not told of, oldest first. Of an order it tells last that it was answered. */
export class Inputs {
	#read: readonly ReadMessage[] = [];
	/** The order that was answered last, which may be refused as well. */
	#answered: string | undefined;

	/** So many are not told. */
	get size(): number {
		return this.#read.length;
	}

	/** These come behind what is there. */
	add(messages: readonly ReadMessage[]): void {
		this.#read = this.#read.length === 0 ? messages : [...this.#read, ...messages];
	}

	/** What was read until now is never told of. */
	clear(): void {
		this.#read = [];
		this.#answered = undefined;
	}

	/** The device tells of a message; `undefined`: only why the last one, an order, was refused. */
	tell(event: InputEvent): Telling | undefined {
		const answered = this.#answered;
		this.#answered = undefined;
		if (event.event === "refused" && answered !== undefined && wordOf(event.payload).id === answered)
			return undefined;
		const [message, ...others] = this.#read;
		const order = message === undefined || message.retain ? undefined : wordOf(message.payload ?? "").id;
		const isLast = order === undefined || event.event === "response";
		if (!isLast) return { message, order, isLast };
		this.#read = others;
		if (event.event === "response") this.#answered = event.id;
		return { message, order, isLast };
	}
}
