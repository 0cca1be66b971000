import { Decoder } from "./decode.js";
import {
	encodeConnect,
	encodeDisconnect,
	encodePingreq,
	encodePuback,
	encodePublish,
	encodeSubscribe,
} from "./encode.js";
import { InFlightWindow, type SessionRecord } from "./in-flight.js";
import { elapsed, KeepAlive } from "./keep-alive.js";
import type {
	Connack,
	ConnectOptions,
	Incoming,
	Message,
	Oversize,
	Publish,
	Suback,
	Subscription,
} from "./packet.js";

/**
 * What to do next. Outputs are to be done in order, and asking for the next one says that the last
 * one is done: a record is durable before the packet it belongs to leaves, and a message is in the
 * program's hands before its acknowledgement leaves [MQTT-4.3.2-2].
 */
export type Output =
	/** Send these bytes, all of them. */
	| { kind: "transmit"; bytes: Uint8Array }
	/** Keep this record, so that it can be given back as `SessionOptions.records`. */
	| { kind: "store"; record: SessionRecord }
	/** Forget the record of this order. */
	| { kind: "discard"; order: number }
	/** The server accepted the connection: subscribe now, publish from now on. */
	| { kind: "connected"; sessionPresent: boolean }
	/** The server answered a SUBSCRIBE: a granted QoS or `SUBSCRIPTION_FAILURE` for each. */
	| { kind: "subscribed"; subscriptions: readonly Subscription[]; returnCodes: readonly number[] }
	/** The server has the message that `publish` gave this id. */
	| { kind: "acknowledged"; id: number }
	/** A message arrived. */
	| Publish
	/** A message arrived that is too large; it is being skipped. */
	| Oversize
	/** Close the network connection. Without a reason: it was wanted. Nothing follows. */
	| { kind: "closed"; reason?: string };

export interface SessionOptions {
	connect: ConnectOptions;
	/** The largest packet taken whole, in bytes of Remaining Length; more is skipped. */
	receiveBuffer: number;
	/** At most so many messages with QoS 1 between `publish` and `acknowledged`. */
	inFlight: number;
	/** Milliseconds to wait for any answer: CONNACK, SUBACK, PUBACK, PINGRESP. */
	responseTimeout: number;
	/** What an earlier session asked to `store` and not yet to `discard`. */
	records?: readonly SessionRecord[] | undefined;
}

type Phase = "idle" | "connecting" | "connected";

/** Packets that may wait for a slow network before `publish` says no. */
const MAX_WAITING = 16;

/** Why the server refused, by return code (3.2.2.3). */
const REFUSALS = Object.freeze([
	"",
	"protocol version refused (CONNACK 1)",
	"client id refused (CONNACK 2)",
	"server unavailable (CONNACK 3)",
	"bad user name or password (CONNACK 4)",
	"not authorized (CONNACK 5)",
]);

/**
 * An MQTT 3.1.1 client session without IO: bytes and time go in, outputs come out of `next`. It
 * outlives network connections; `connect` begins one, `lost` ends it.
 */
export class Session {
	readonly #options: SessionOptions;
	readonly #window: InFlightWindow;
	#decoder: Decoder;
	#phase: Phase = "idle";
	#outputs: Output[] = [];
	#subscribing: { id: number; subscriptions: readonly Subscription[]; since: number }[] = [];
	#keepAlive: KeepAlive;
	#connecting = 0;
	/** The latest time heard of. */
	#now = 0;

	constructor(options: SessionOptions) {
		this.#options = options;
		this.#window = new InFlightWindow(options.inFlight, options.records ?? []);
		for (const order of this.#window.invalid) this.#outputs.push({ kind: "discard", order });
		this.#decoder = new Decoder(options.receiveBuffer);
		this.#keepAlive = this.#newKeepAlive(0);
	}

	get isConnected(): boolean {
		return this.#phase === "connected";
	}

	/** What must outlive the program for the session to go on after it (4.1), in order. */
	get records(): readonly SessionRecord[] {
		return this.#window.entries;
	}

	/** Begins on a fresh network connection; the first output is CONNECT [MQTT-3.1.0-1]. */
	connect(now: number): void {
		if (this.#phase !== "idle") throw new RangeError("connect on a session that is connected");
		this.lost();
		this.#phase = "connecting";
		this.#now = this.#connecting = now;
		this.#keepAlive = this.#newKeepAlive(now);
		this.#decoder = new Decoder(this.#options.receiveBuffer);
		if (this.#options.connect.cleanSession) {
			// Neither side keeps what was before [MQTT-3.1.2-6].
			for (const { order } of this.#window.clear()) this.#outputs.push({ kind: "discard", order });
		}
		this.#transmit(encodeConnect(this.#options.connect));
	}

	/** The network connection is gone. Its unsent bytes are dropped; everything else remains. */
	lost(): void {
		this.#phase = "idle";
		this.#subscribing = [];
		this.#outputs = this.#outputs.filter(({ kind }) => kind !== "transmit" && kind !== "closed");
	}

	/** Bytes arrived; `next` must have returned `undefined` since the ones before. */
	receive(bytes: Uint8Array, now: number): void {
		this.#now = now;
		this.#keepAlive.received(now);
		this.#decoder.push(bytes);
	}

	/**
	 * Sends a message. Returns its packet id, 0 with QoS 0; `undefined` when it cannot be taken:
	 * not connected, or too much is under way.
	 * @throws RangeError when the message cannot be expressed in MQTT
	 */
	publish(message: Message, now: number): number | undefined {
		if (this.#phase !== "connected") return undefined;
		// What is sent again on a new connection waits there too, and has its own limit.
		if (this.#outputs.length >= MAX_WAITING + this.#window.entries.length) return undefined;
		this.#now = now;
		if (message.qos === 0) {
			this.#transmit(encodePublish(message, 0));
			return 0;
		}
		if (this.#window.isFull) return undefined;
		const id = this.#window.nextId(this.#subscribing);
		const record = this.#window.add(id, encodePublish(message, id), now);
		if (!this.#options.connect.cleanSession) this.#outputs.push({ kind: "store", record });
		this.#transmit(record.packet);
		return id;
	}

	/**
	 * Subscribes; the answer comes as `subscribed`.
	 * @throws RangeError when not connected, or for what is no topic filter
	 */
	subscribe(subscriptions: readonly Subscription[], now: number): void {
		if (this.#phase !== "connected") throw new RangeError("subscribe before connected");
		this.#now = now;
		const id = this.#window.nextId(this.#subscribing);
		this.#transmit(encodeSubscribe(subscriptions, id));
		this.#subscribing.push({ id, subscriptions, since: now });
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

	/** Milliseconds from `now` until `tick` is due; `undefined` while nothing is awaited. */
	timeout(now: number): number | undefined {
		const { responseTimeout } = this.#options;
		if (this.#phase === "idle") return undefined;
		if (this.#phase === "connecting") {
			return Math.max(0, responseTimeout - elapsed(now, this.#connecting));
		}
		const remaining = Math.min(
			this.#keepAlive.timeout(now),
			this.#patience(this.#subscribing[0], now),
			this.#patience(this.#window.entries[0], now),
		);
		return remaining === Number.POSITIVE_INFINITY ? undefined : Math.max(0, remaining);
	}

	/** Does what is due at `now`: a ping, or closing on a server that does not answer. */
	tick(now: number): void {
		this.#now = now;
		const { responseTimeout } = this.#options;
		if (this.#phase === "connecting") {
			if (elapsed(now, this.#connecting) >= responseTimeout) {
				this.#close(`no CONNACK within ${responseTimeout} ms`);
			}
			return;
		}
		if (this.#phase === "idle") return;
		if (this.#patience(this.#subscribing[0], now) <= 0) {
			this.#close(`no SUBACK within ${responseTimeout} ms`);
		} else if (this.#patience(this.#window.entries[0], now) <= 0) {
			this.#close(`no PUBACK within ${responseTimeout} ms`);
		} else if (this.#keepAlive.timeout(now) <= 0) {
			if (this.#keepAlive.isAsking) {
				this.#close("no PINGRESP in time");
				return;
			}
			this.#keepAlive.ask(now);
			this.#transmit(encodePingreq());
		}
	}

	/** Milliseconds for which an answer may still be waited for. */
	#patience(asked: { readonly since: number } | undefined, now: number): number {
		if (asked === undefined) return Number.POSITIVE_INFINITY;
		return this.#options.responseTimeout - elapsed(now, asked.since);
	}

	#take(packet: Incoming): void {
		if (packet.kind === "malformed") return this.#close(packet.reason);
		if (packet.kind === "connack") return this.#accept(packet);
		if (this.#phase === "connecting") {
			return this.#close(`${packet.kind} before CONNACK [MQTT-3.2.0-1]`);
		}
		switch (packet.kind) {
			case "publish":
			case "oversize":
				this.#outputs.push(packet);
				if (packet.qos === 1) this.#transmit(encodePuback(packet.id));
				return;
			case "puback":
				return this.#acknowledge(packet.id);
			case "suback":
				return this.#subscribed(packet);
			case "pingresp":
				this.#keepAlive.answered();
		}
	}

	#accept(connack: Connack): void {
		if (this.#phase === "connected") return this.#close("a second CONNACK [MQTT-3.2.0-1]");
		if (connack.returnCode !== 0) return this.#close(REFUSALS[connack.returnCode]);
		if (connack.sessionPresent && this.#options.connect.cleanSession) {
			return this.#close("session present after a clean session [MQTT-3.2.2-1]");
		}
		this.#phase = "connected";
		this.#outputs.push({ kind: "connected", sessionPresent: connack.sessionPresent });
		for (const { packet } of this.#window.repeat(this.#now)) this.#transmit(packet);
	}

	#acknowledge(id: number): void {
		const entry = this.#window.remove(id);
		if (entry === undefined) return this.#close(`PUBACK for ${id}, which is not in flight`);
		if (!this.#options.connect.cleanSession) {
			this.#outputs.push({ kind: "discard", order: entry.order });
		}
		this.#outputs.push({ kind: "acknowledged", id });
	}

	#subscribed({ id, returnCodes }: Suback): void {
		const index = this.#subscribing.findIndex((pending) => pending.id === id);
		const pending = this.#subscribing[index];
		if (pending === undefined) return this.#close(`SUBACK for ${id}, which was not asked`);
		if (returnCodes.length !== pending.subscriptions.length) {
			return this.#close("SUBACK with a wrong number of return codes [MQTT-3.8.4-5]");
		}
		this.#subscribing.splice(index, 1);
		this.#outputs.push({
			kind: "subscribed",
			subscriptions: pending.subscriptions,
			returnCodes,
		});
	}

	#newKeepAlive(now: number): KeepAlive {
		return new KeepAlive(this.#options.connect.keepAlive, this.#options.responseTimeout, now);
	}

	#transmit(bytes: Uint8Array): void {
		this.#outputs.push({ kind: "transmit", bytes });
	}

	#close(reason?: string): void {
		this.#phase = "idle";
		this.#outputs.push(reason === undefined ? { kind: "closed" } : { kind: "closed", reason });
	}
}
