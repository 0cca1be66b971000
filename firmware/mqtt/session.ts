import { allBeginAgain, elapsed, NEVER, patience } from "./answer-time.js";
import { Decoder } from "./decode.js";
import { Delivery } from "./delivery.js";
import {
	encodeConnect,
	encodeDisconnect,
	encodePingreq,
	encodeSubscribe,
	encodeUnsubscribe,
} from "./encode.js";
import { answerTo } from "./in-flight.js";
import { KeepAlive } from "./keep-alive.js";
import type { Output, SessionCode, SessionRecord } from "./output.js";
import {
	type Connack,
	type ConnectOptions,
	capitals,
	type Incoming,
	type Message,
	type Subscription,
} from "./packet.js";
import { Requests } from "./requests.js";

// As in `keep-alive`.
const max = Math.max;
const min = Math.min;

export interface SessionOptions {
	connect: ConnectOptions;
	/** The largest packet taken whole, in bytes of Remaining Length. */
	receiveBuffer: number;
	/**
	 * Whether the payload of a larger message is wanted, in pieces; it is acknowledged behind the last one
	 * then. Without, it is acknowledged at once, and skipped.
	 */
	pieces?: boolean | undefined;
	/** Messages with QoS 1 or 2 between `publish` and `acknowledged` at most. */
	inFlight: number;
	/** The largest packet that may be sent, in bytes. */
	maximumPacket: number;
	/**
	 * Accepted connections in a row that may end without any answer to a message before the oldest in flight is given up;
	 * 0: any number.
	 */
	attempts: number;
	/** Milliseconds to wait for any answer: CONNACK, SUBACK, PUBACK, PUBREC, PUBCOMP, PINGRESP. */
	responseTimeout: number;
	/** What an earlier session asked to `store` and not yet to `discard`. */
	records?: readonly SessionRecord[] | undefined;
}

type Phase = "idle" | "connecting" | "connected";

/** Outputs that mean nothing without the connection they belong to. */
const OF_CONNECTION: readonly Output["kind"][] = Object.freeze([
	"transmit",
	"connected",
	"subscribed",
	"unsubscribed",
	"closed",
]);

/** Packets that may wait for a slow network before `publish` says no. */
const MAX_WAITING = 16;

/** Why the broker refused, by return code (3.2.2.3). */
const REFUSAL_CODES: readonly SessionCode[] = Object.freeze([
	"protocol-violation",
	"protocol-version-refused",
	"client-id-refused",
	"broker-unavailable",
	"bad-credentials",
	"not-authorized",
]);
const REFUSALS: readonly string[] = Object.freeze([
	"",
	"protocol version refused (CONNACK 1)",
	"client id refused (CONNACK 2)",
	"broker unavailable (CONNACK 3)",
	"bad user name or password (CONNACK 4)",
	"not authorized (CONNACK 5)",
]);

/**
 * An MQTT 3.1.1 client session without IO: bytes and time go in, outputs come out of `next`. It
 * outlives network connections; `connect` begins one, `lost` ends it.
 */
export class Session {
	#options: SessionOptions;
	readonly #outputs: Output[] = [];
	readonly #delivery: Delivery;
	readonly #requests = new Requests();
	#decoder: Decoder;
	#phase: Phase = "idle";
	#keepAlive: KeepAlive;
	#connecting = 0;
	/** The latest time heard of. */
	#now = 0;

	constructor(options: SessionOptions) {
		this.#options = options;
		const isPersistent = !options.connect.cleanSession;
		const { inFlight, maximumPacket, attempts, pieces, records = [] } = options;
		// Not the whole of the options: a chip's memory keeps each.
		this.#delivery = new Delivery(
			{ inFlight, maximumPacket, attempts, pieces, isPersistent, records },
			this.#outputs,
		);
		this.#decoder = new Decoder(options.receiveBuffer);
		this.#keepAlive = this.#newKeepAlive(0);
	}

	get isConnected(): boolean {
		return this.#phase === "connected";
	}

	get clientId(): string {
		return this.#options.connect.clientId;
	}

	/** Whether nothing that was published waits for its answer. */
	get isSettled(): boolean {
		return this.#delivery.pending.length === 0;
	}

	/** Whether a message with this tag has not been answered to its end, so that it is sent again. */
	isInFlight(tag: string): boolean {
		return this.#delivery.isInFlight(tag);
	}

	/**
	 * Begins on a fresh network connection; the first output is CONNECT [MQTT-3.1.0-1].
	 * @param connect from now on; the same as before when absent. Client id and `cleanSession` stay, which the
	 * session is made of.
	 */
	connect(now: number, connect = this.#options.connect): void {
		if (this.#phase !== "idle") throw new RangeError("connect on a session that is connected");
		this.lost();
		if (connect !== this.#options.connect) this.#options = { ...this.#options, connect };
		this.#phase = "connecting";
		this.#now = this.#connecting = now;
		this.#keepAlive = this.#newKeepAlive(now);
		this.#decoder = new Decoder(this.#options.receiveBuffer);
		this.#transmit(encodeConnect(this.#options.connect));
	}

	/** The network connection is gone, and what was to be said of it; and a clean session with it. Everything else remains. */
	lost(): void {
		this.#phase = "idle";
		this.#requests.clear();
		let kept = 0;
		for (let index = 0; index < this.#outputs.length; index++) {
			const output = this.#outputs[index] as Output;
			if (!OF_CONNECTION.includes(output.kind)) this.#outputs[kept++] = output;
		}
		this.#outputs.length = kept;
		this.#delivery.lost();
	}

	/** Bytes arrived; `next` must have returned `undefined` since the ones before. */
	receive(bytes: Uint8Array, now: number): void {
		this.#now = now;
		this.#keepAlive.received(now);
		// Answers wait behind a message that is long in coming.
		if (this.#decoder.isOversize) this.delayed(now);
		this.#decoder.push(bytes);
	}

	/**
	 * More of what waits for a slow network has left: the time for the answers begins again, see `answer-time`.
	 * @param idle the last time that nothing waited to leave; absent if there was none, or if every answer was delayed
	 */
	delayed(now: number, idle?: number): void {
		this.#now = this.#connecting = now;
		this.#keepAlive.delayed(now, idle);
		allBeginAgain(this.#delivery.pending, now, idle);
		allBeginAgain(this.#requests.pending, now, idle);
	}

	/**
	 * Sends a message. Returns its packet id, 0 with QoS 0; `undefined` when it cannot be taken:
	 * not connected, or too much is under way.
	 * @throws RangeError when the message cannot be expressed in MQTT
	 */
	publish(message: Message, now: number): number | undefined {
		if (this.#phase !== "connected") return undefined;
		// What is sent again on a new connection waits there too, and has its own limit.
		if (this.#outputs.length >= MAX_WAITING + this.#delivery.pending.length) return undefined;
		this.#now = now;
		return this.#delivery.publish(message, this.#requests.pending, now);
	}

	/**
	 * Sends messages, all of them or none; whether they were taken.
	 * @throws RangeError when one cannot be expressed in MQTT; those before it are then taken
	 */
	publishAll(messages: readonly Message[], now: number): boolean {
		const { length } = messages;
		// Each adds one output at most, beside what it lets wait there itself.
		if (this.#outputs.length + length > MAX_WAITING + this.#delivery.pending.length) return false;
		let acknowledged = 0;
		for (let index = 0; index < length; index++) if ((messages[index] as Message).qos > 0) acknowledged++;
		if (acknowledged > this.#delivery.room) return false;
		for (let index = 0; index < length; index++) {
			if (this.publish(messages[index] as Message, now) === undefined) return false;
		}
		return true;
	}

	/**
	 * Subscribes; the answer comes as `subscribed`.
	 * @throws RangeError when not connected, or for what is no topic filter
	 */
	subscribe(subscriptions: readonly Subscription[], now: number): void {
		if (this.#phase !== "connected") throw new RangeError("subscribe before connected");
		this.#now = now;
		const id = this.#delivery.nextId(this.#requests.pending);
		this.#transmit(encodeSubscribe(subscriptions, id));
		this.#requests.subscribed(id, subscriptions, now);
	}

	/**
	 * Gives subscriptions up; the answer comes as `unsubscribed`.
	 * @throws RangeError when not connected, or for what is no topic filter
	 */
	unsubscribe(filters: readonly string[], now: number): void {
		if (this.#phase !== "connected") throw new RangeError("unsubscribe before connected");
		this.#now = now;
		const id = this.#delivery.nextId(this.#requests.pending);
		this.#transmit(encodeUnsubscribe(filters, id));
		this.#requests.unsubscribed(id, filters, now);
	}

	/** Says goodbye: DISCONNECT, then `closed` [MQTT-3.14.4-1, -2]. The will is not published. */
	disconnect(): void {
		// Nothing follows `closed`, not even another one.
		if (this.#phase === "idle") return;
		if (this.#phase === "connected") this.#transmit(encodeDisconnect());
		this.#close();
	}

	/** The next thing to do; `undefined` when all is done for now. */
	next(): Output | undefined {
		for (;;) {
			const output = this.#outputs.shift();
			if (output !== undefined) {
				if (output.kind === "transmit") this.#keepAlive.sent(this.#now);
				return output;
			}
			if (this.#phase === "idle") return undefined;
			const packet = this.#decoder.next();
			if (packet === undefined) return undefined;
			this.#take(packet);
		}
	}

	/**
	 * The next record to be stored, ahead of all other outputs, while a slow network keeps these waiting: a
	 * message that was taken must not be lost with the power.
	 */
	nextRecord(): Output | undefined {
		const outputs = this.#outputs;
		for (let index = 0; index < outputs.length; index++) {
			if ((outputs[index] as Output).kind === "store") return outputs.splice(index, 1)[0];
		}
		return undefined;
	}

	/** Milliseconds from `now` until `tick` is due; `undefined` while nothing is awaited. */
	timeout(now: number): number | undefined {
		const { responseTimeout } = this.#options;
		if (this.#phase === "idle") return undefined;
		if (this.#phase === "connecting") {
			return max(0, responseTimeout - elapsed(now, this.#connecting));
		}
		const remaining = min(
			this.#keepAlive.timeout(now),
			patience(this.#requests.pending[0], responseTimeout, now),
			patience(this.#delivery.pending[0], responseTimeout, now),
		);
		return remaining === NEVER ? undefined : max(0, remaining);
	}

	/** Does what is due at `now`: a ping, or closing on a broker that does not answer. */
	tick(now: number): void {
		this.#now = now;
		const { responseTimeout } = this.#options;
		if (this.#phase === "connecting") {
			if (elapsed(now, this.#connecting) >= responseTimeout) {
				this.#closeUnanswered("connack");
			}
			return;
		}
		if (this.#phase === "idle") return;
		const request = this.#requests.pending[0];
		const oldest = this.#delivery.pending[0];
		if (request !== undefined && patience(request, responseTimeout, now) <= 0) {
			this.#closeUnanswered(request.subscriptions === undefined ? "unsuback" : "suback");
		} else if (oldest !== undefined && patience(oldest, responseTimeout, now) <= 0) {
			this.#closeUnanswered(answerTo(oldest.packet));
		} else if (this.#keepAlive.timeout(now) <= 0) {
			if (this.#keepAlive.isOverdue(now)) return this.#close("no PINGRESP in time", "no-pingresp");
			this.#keepAlive.ask(now);
			this.#transmit(encodePingreq());
		}
	}

	#take(packet: Incoming): void {
		if (packet.kind === "malformed") return this.#close(packet.reason);
		if (packet.kind === "connack") return this.#accept(packet);
		if (this.#phase === "connecting") {
			return this.#close(`${packet.kind} before CONNACK [MQTT-3.2.0-1]`);
		}
		const problem = this.#answer(packet);
		if (problem !== undefined) this.#close(problem);
	}

	/** What the connection is to be closed for, if it is. */
	#answer(packet: Exclude<Incoming, Connack | { kind: "malformed" }>): string | undefined {
		switch (packet.kind) {
			case "publish":
			case "oversize":
				return this.#delivery.receive(packet);
			case "piece":
				this.#delivery.proceed(packet);
				return undefined;
			case "suback":
				return this.#requests.takeSuback(packet, this.#outputs);
			case "unsuback":
				return this.#requests.takeUnsuback(packet.id, this.#outputs);
			case "pingresp":
				this.#keepAlive.answered();
				return undefined;
			default:
				return this.#delivery.acknowledge(packet, this.#now);
		}
	}

	#accept(connack: Connack): void {
		if (this.#phase === "connected") return this.#close("a second CONNACK [MQTT-3.2.0-1]");
		if (connack.returnCode !== 0) {
			return this.#close(REFUSALS[connack.returnCode], REFUSAL_CODES[connack.returnCode]);
		}
		if (connack.sessionPresent && this.#options.connect.cleanSession) {
			return this.#close("session present after a clean session [MQTT-3.2.2-1]");
		}
		this.#phase = "connected";
		// Only this CONNACK says so: the records go before anything else is done.
		if (!connack.sessionPresent) this.#delivery.forget();
		this.#outputs.push({ kind: "connected", sessionPresent: connack.sessionPresent });
		this.#delivery.resume(this.#now);
	}

	#newKeepAlive(now: number): KeepAlive {
		return new KeepAlive(this.#options.connect.keepAlive, this.#options.responseTimeout, now);
	}

	#transmit(bytes: Uint8Array): void {
		this.#outputs.push({ kind: "transmit", bytes });
	}

	/** An answer did not come in time. */
	#closeUnanswered(answer: "connack" | "suback" | "unsuback" | "puback" | "pubrec" | "pubcomp"): void {
		const { responseTimeout } = this.#options;
		this.#close(`no ${capitals(answer)} within ${responseTimeout} ms`, `no-${answer}`);
	}

	/** @param reason why, in words; none: it was wanted */
	#close(reason?: string, code: SessionCode = "protocol-violation"): void {
		this.#phase = "idle";
		this.#outputs.push(reason === undefined ? { kind: "closed" } : { kind: "closed", code, reason });
	}
}
