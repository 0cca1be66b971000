import type { Timer, TimerId } from "../../../host.js";
import { elapsed } from "../../../mqtt/answer-time.js";
import { FrameReader, MESSAGE_HEADER, MessageType } from "./frame.js";
import { i32, Reply } from "./reply.js";
import { Request } from "./request.js";

/** A call that waits, or is under way. */
interface Call {
	readonly request: Request;
	/** Milliseconds from when it is sent. */
	readonly timeout: number;
	/** For people. */
	readonly what: string;
	readonly done: (reply: Reply) => void;
}

export interface RpcTime {
	readonly timer: Timer;
	/** Milliseconds that only go forward; may wrap at 32 bits. */
	readonly now: () => number;
}

export interface RpcListener {
	/** Sends bytes to the chip. */
	send(bytes: Uint8Array): void;
	/** The chip tells something without being asked. */
	onEvent(service: number, method: number, values: Reply): void;
	/** Nothing that the chip says can be believed any more: it must be reset. No call comes after that. */
	onFault(reason: string): void;
}

/**
 * Calls of a chip that serves one at a time, in their order, each with a deadline: the next is sent once the one before
 * is answered, as the chip has no way to hold us up.
 */
export class Rpc {
	readonly #timer: Timer;
	readonly #now: () => number;
	readonly #listener: RpcListener;
	readonly #calls: Call[] = [];
	#reader = new FrameReader();
	/** The number of the call that is under way, or of the last one: they begin at 1. */
	#sequence = 0;
	/** When the call that is under way must be answered, and the alarm for it or for an earlier one. */
	#deadline = 0;
	#alarm: TimerId;
	#alarmDue = 0;
	#isEnded = false;

	constructor({ timer, now }: RpcTime, listener: RpcListener) {
		this.#timer = timer;
		this.#now = now;
		this.#listener = listener;
	}

	/** Adds a call. `done` hears the reply; nobody does when it fails, which `onFault` tells for all. */
	call(what: string, request: Request, timeout: number, done: (reply: Reply) => void): void {
		if (this.#isEnded) return;
		this.#calls.push({ request, timeout, what, done });
		if (this.#calls.length === 1) this.#send();
	}

	/** Adds a call before those that wait; only while a reply is heard. */
	callNext(what: string, request: Request, timeout: number, done: (reply: Reply) => void): void {
		if (!this.#isEnded) this.#calls.splice(1, 0, { request, timeout, what, done });
	}

	/** Takes bytes that came from the chip. */
	receive(bytes: Uint8Array): void {
		const wrong = this.#reader.push(bytes, (message) => this.#take(message));
		if (wrong !== undefined) this.#fail(`the radio sent ${wrong}`);
	}

	/** Ends all calls; nobody is told. */
	end(): void {
		this.#isEnded = true;
		this.#calls.length = 0;
		if (this.#alarm !== undefined) this.#timer.clear(this.#alarm);
	}

	#send(): void {
		const call = this.#calls[0];
		if (call === undefined) return;
		this.#sequence = (this.#sequence + 1) | 0;
		this.#deadline = this.#now() + call.timeout;
		// One that goes earlier is left, and set again then: most calls are over by that time.
		if (this.#alarm === undefined || elapsed(this.#alarmDue, this.#deadline) > 0) this.#watch(call.timeout);
		this.#listener.send(call.request.seal(this.#sequence));
	}

	#watch(delay: number): void {
		if (this.#alarm !== undefined) this.#timer.clear(this.#alarm);
		this.#alarmDue = this.#now() + delay;
		this.#alarm = this.#timer.set(() => {
			this.#alarm = undefined;
			const call = this.#calls[0];
			if (call === undefined) return;
			const left = elapsed(this.#deadline, this.#now());
			if (left > 0) this.#watch(left);
			else this.#fail(`the radio did not answer within ${call.timeout} ms (${call.what})`);
		}, delay);
	}

	#take(message: Uint8Array): void {
		if (this.#isEnded) return;
		const [type, method, service] = message as ArrayLike<number> as [number, number, number];
		const values = new Reply(message, MESSAGE_HEADER);
		const sequence = i32(message, 4);
		if (type !== MessageType.REPLY) {
			this.#listener.onEvent(service, method, values);
			// Only what asks is waiting: an answer without values.
			if (type === MessageType.INVOCATION) this.#listener.send(answerTo(message));
			return;
		}
		const call = this.#calls[0];
		if (call === undefined || sequence !== this.#sequence)
			return this.#fail("the radio answered what nobody asked");
		call.done(values);
		if (this.#isEnded) return;
		if (values.isShort) return this.#fail(`the radio's answer is too short (${call.what})`);
		this.#calls.shift();
		this.#send();
	}

	#fail(reason: string): void {
		if (this.#isEnded) return;
		this.end();
		this.#listener.onFault(reason);
	}
}

/** The reply, without values, to a call of the chip's. */
const answerTo = (message: Uint8Array): Uint8Array =>
	new Request(message[2] as number, message[1] as number, 0).seal(i32(message, 4), MessageType.REPLY);
