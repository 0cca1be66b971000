import type { Output } from "../../../firmware/mqtt/output.js";
import type { Message, Oversize, Publish, Subscription } from "../../../firmware/mqtt/packet.js";
import type { Session, SessionOptions } from "../../../firmware/mqtt/session.js";
import { demand, unless } from "../target.js";
import { Broker } from "./broker.js";
import { type ClientPacket, readClientPacket } from "./client-packet.js";
import { Storage } from "./storage.js";
import { Told } from "./told.js";

/** Makes a session; so that a broken one can take its place. */
export type NewSession = (options: SessionOptions) => Session;

/** Messages with QoS 2 that a server may leave half done; the session closes on more. */
const MOST_HELD = 64;

/** A session with its storage, its program and a broker that may be spoilt: what must hold is checked as it goes. */
export class World {
	readonly broker = new Broker();
	readonly #options: SessionOptions;
	readonly #newSession: NewSession;
	readonly #storage = new Storage();
	readonly #told: Told;
	/** What happened, in words; only when somebody wants to know. */
	readonly #log: ((line: string) => void) | undefined;
	#session: Session;
	#now: number;
	/** Packet ids between `publish` and `acknowledged`. */
	#inFlight = new Set<number>();
	/** The requests of this connection, by what was asked for. */
	#requests = new Map<unknown, number>();
	#asked: unknown[] = [];
	/** Acknowledgements that follow from what the program was told, in order [MQTT-4.6.0-2]. */
	#owed: string[] = [];
	/** The one under way. */
	#oversize: Oversize | undefined;
	/** Ids of messages with QoS 2 that the program has, and that the broker has not released. */
	#held = new Set<number>();
	#restored = 0;
	#isFirst = false;
	/** Whether the program has said goodbye, and whether DISCONNECT has left. */
	#isGoodbye = false;
	#hasSaidGoodbye = false;
	#isOver = true;
	#wasClosed = false;

	constructor(options: SessionOptions, start: number, newSession: NewSession, log?: (line: string) => void) {
		this.#options = options;
		this.#newSession = newSession;
		this.#log = log;
		this.#now = start;
		this.#told = new Told(options.receiveBuffer);
		this.#session = newSession({ ...options, records: [] });
	}

	/** Where it has come to. */
	get outcome(): string {
		if (this.#session.isConnected) return "connected";
		return this.#wasClosed ? (this.#isGoodbye ? "goodbye" : "closed for a reason") : "not connected";
	}

	/** A session that is connecting waits for CONNACK; it may have closed, and not have told so yet. */
	get #isIdle(): boolean {
		return !this.#session.isConnected && this.#session.timeout(this.#now) === undefined;
	}

	get #isClean(): boolean {
		return this.#options.connect.cleanSession;
	}

	/** Begins on a new network connection. */
	connect(): void {
		const isIdle = this.#isIdle;
		const isRefused = unless(RangeError, () => this.#session.connect(this.#now) ?? true) === undefined;
		demand(isRefused === !isIdle, "connect when connected, or not when it may");
		if (isRefused) return;
		this.#isOver = false;
		this.#isFirst = true;
		this.#isGoodbye = false;
		this.#hasSaidGoodbye = false;
		this.#wasClosed = false;
		this.#requests.clear();
		this.#asked = [];
		this.broker.reset();
	}

	/** The network connection breaks. */
	lose(): void {
		this.#session.lost();
		this.#isOver = true;
		this.#isFirst = false;
		this.#owed = [];
		this.#requests.clear();
		this.#asked = [];
		this.broker.reset();
		this.#checkIdle();
	}

	/** Power fails: what is stored is all there is. */
	crash(): void {
		this.lose();
		const { records } = this.#storage;
		this.#told.check(false);
		this.#told.begin([]);
		this.#inFlight = new Set(this.#storage.ids("publish", "pubrel"));
		this.#held = new Set(this.#storage.ids("pubrec"));
		this.#restored = this.#inFlight.size;
		this.#session = this.#newSession({ ...this.#options, records });
	}

	disconnect(): void {
		if (!this.#isIdle) this.#isGoodbye = true;
		this.#session.disconnect();
		demand(!this.#session.isConnected, "connected after disconnect");
	}

	/** Publishes; a message that MQTT cannot express must be refused, and leave nothing behind. */
	publish(message: Message, isGood: boolean): void {
		const { isConnected } = this.#session;
		const before = this.#inFlight.size;
		const id = unless(RangeError, () => this.#session.publish(message, this.#now) ?? -1);
		if (id === undefined) return demand(!isGood && isConnected, "refuses a good message");
		if (id === -1) return;
		demand(isConnected && isGood, "takes a message that it should not");
		if (message.qos === 0) return demand(id === 0, "an id with QoS 0");
		demand(id > 0 && id <= 0xffff, `packet id ${id}`);
		demand(!this.#inFlight.has(id) && ![...this.#requests.values()].includes(id), `packet id ${id} twice`);
		demand(before < this.#options.inFlight, "more messages in flight than allowed");
		this.#inFlight.add(id);
	}

	subscribe(subscriptions: readonly Subscription[], isGood: boolean): void {
		this.#ask(subscriptions, isGood, () => this.#session.subscribe(subscriptions, this.#now));
	}

	unsubscribe(filters: readonly string[], isGood: boolean): void {
		this.#ask(filters, isGood, () => this.#session.unsubscribe(filters, this.#now));
	}

	#ask(what: unknown, isGood: boolean, action: () => void): void {
		const { isConnected } = this.#session;
		const isTaken = unless(RangeError, () => action() ?? true) ?? false;
		demand(isTaken === (isGood && isConnected), "takes a request that it should not, or the other way round");
		if (isTaken) this.#asked.push(what);
	}

	/** Time passes, and what is due is done. */
	wait(milliseconds: number): void {
		this.#now = (this.#now + milliseconds) >>> 0;
		this.#session.tick(this.#now);
		const timeout = this.#session.timeout(this.#now);
		// Who sleeps until `timeout` must not be woken again and again.
		demand(timeout === undefined || timeout > 0, "due again at once");
	}

	/** Bytes arrive; what was to be done before is done. */
	deliver(count: number): void {
		this.pump(0);
		const bytes = this.broker.flow(count);
		this.#told.receive(bytes);
		this.#session.receive(bytes, this.#now);
		// A packet takes two bytes at least; it comes to four outputs at most, a CONNACK to some more.
		this.pump(0, 8 + 2 * bytes.length + 4 * (this.#options.inFlight + this.#restored + MOST_HELD));
	}

	/** Does so much of what is to be done, or all of it with 0. */
	pump(count: number, most = 1000): void {
		for (let done = 0; count === 0 || done < count; done++) {
			const output = this.#session.next();
			if (output === undefined) break;
			demand(done < most, "outputs without end");
			this.#perform(output);
		}
		const timeout = this.#session.timeout(this.#now);
		demand(timeout === undefined || timeout >= 0, `a timeout of ${timeout}`);
		demand(!this.#isOver || timeout === undefined, "waits for something on no connection");
	}

	/** All is done that can be done. */
	end(): void {
		this.pump(0);
		this.#told.check(this.#session.isConnected && !this.#isGoodbye);
	}

	#perform(output: Output): void {
		this.#log?.(output.kind);
		// A clean session ends with its connection: what it gives up comes last.
		if (this.#wasClosed)
			demand(this.#isClean && output.kind === "undeliverable", `${output.kind} after closed`);
		switch (output.kind) {
			case "transmit":
				return this.#transmit(readClientPacket(output.bytes));
			case "store":
				demand(!this.#isClean, "a clean session stores");
				this.#storage.store(output.record);
				// PUBREL, and for a moment its PUBLISH.
				return demand(this.#storage.size <= this.#most + MOST_HELD + 1, "stores more than it may");
			case "discard":
				return this.#storage.discard(output.order);
			case "connected":
				demand(!this.#isOver && this.#session.isConnected, "connected, and is not");
				if (!output.sessionPresent) this.#held.clear();
				return;
			case "publish":
				this.#tell(output);
				return this.#owe(output);
			case "oversize":
				this.#oversize = output;
				return this.#tell(output);
			case "piece":
				this.#told.proceed(output);
				if (output.remaining === 0) this.#owe(this.#oversize as Oversize);
				return;
			case "acknowledged":
				demand(this.#inFlight.delete(output.id), `acknowledged ${output.id}, which is not in flight`);
				return this.#checkForgotten(output.id);
			case "undeliverable":
				demand(this.#inFlight.delete(output.message.id), "gives up what is not in flight");
				return this.#checkForgotten(output.message.id);
			case "subscribed":
				return this.#answered(output.subscriptions);
			case "unsubscribed":
				return this.#answered(output.filters);
			case "closed":
				return this.#closed(output.reason);
		}
	}

	get #most(): number {
		return Math.max(this.#options.inFlight, this.#restored);
	}

	#answered(what: unknown): void {
		demand(this.#requests.delete(what), "an answer to what was not asked");
	}

	#tell(message: Publish | Oversize): void {
		this.#told.tell(message);
	}

	/** The program has all of a message: an answer is due. */
	#owe(message: Publish | Oversize): void {
		if (message.qos === 0) return;
		this.#owed.push(`${message.qos === 1 ? "puback" : "pubrec"} ${message.id}`);
		if (message.qos === 2) this.#held.add(message.id);
	}

	#closed(reason: string | undefined): void {
		demand((reason === undefined) === this.#isGoodbye, `closed for ${reason}`);
		demand(reason !== "", "closed without a reason");
		demand(!this.#session.isConnected, "connected after closed");
		this.#isOver = true;
		this.#wasClosed = true;
		this.#checkIdle();
	}

	#checkIdle(): void {
		demand(!this.#session.isConnected, "connected without a connection");
		demand(this.#session.timeout(this.#now) === undefined, "waits for something on no connection");
		const message = { topic: "a", payload: "", qos: 1, retain: false } as const;
		demand(this.#session.publish(message, this.#now) === undefined, "takes a message on no connection");
	}

	#transmit(packet: ClientPacket): void {
		const { kind, id, qos } = packet;
		this.#log?.(`  ${kind} ${id}`);
		demand(!this.#isOver, `${kind} on no connection`);
		demand(this.#isFirst === (kind === "connect"), "CONNECT is not the first packet, or not the only one");
		this.broker.take(packet, this.#isClean);
		demand(!this.#hasSaidGoodbye, `${kind} after DISCONNECT`);
		switch (kind) {
			case "connect":
				return this.#begun();
			case "publish":
				if (qos > 0) this.#checkSent("publish", id);
				return;
			case "puback":
			case "pubrec":
				return this.#acknowledge(kind, id);
			case "pubrel":
				if (this.#inFlight.has(id) && (this.#isClean || this.#storage.has("pubrel", id))) return;
				return demand(this.#told.count("pubrec", id) > 0, `PUBREL for ${id} out of nothing`);
			case "pubcomp":
				this.#held.delete(id);
				this.#told.answer(kind, id);
				demand(!this.#storage.has("pubrec", id), `PUBCOMP ${id} leaves while its PUBREC is stored`);
				return demand(this.#told.count("pubrel", id) > 0, `PUBCOMP for ${id} out of nothing`);
			case "disconnect":
				this.#hasSaidGoodbye = true;
				return demand(this.#isGoodbye, "DISCONNECT that nobody asked for");
			case "subscribe":
			case "unsubscribe":
				demand(!this.#inFlight.has(id) && ![...this.#requests.values()].includes(id), `id ${id} twice`);
				this.#requests.set(this.#asked.shift(), id);
		}
	}

	#begun(): void {
		this.#told.check(false);
		this.#isFirst = false;
		this.#owed = [];
		if (this.#isClean) {
			// What was not told as given up is a PUBREL, which the broker has the message of.
			this.#inFlight.clear();
			this.#held.clear();
		}
		this.#told.begin(this.#held);
	}

	/** What is done with is stored no longer. */
	#checkForgotten(id: number): void {
		demand(!this.#storage.has("publish", id) && !this.#storage.has("pubrel", id), `${id} is still stored`);
	}

	/** A PUBLISH is in flight when it leaves, and stored, for a session that is to outlive the connection. */
	#checkSent(kind: string, id: number): void {
		demand(this.#inFlight.has(id), `${kind} with id ${id}, which is not in flight`);
		demand(this.#inFlight.size <= this.#most, "more in flight than the window");
		if (!this.#isClean) demand(this.#storage.has(kind, id), `${kind} ${id} leaves before it is stored`);
	}

	/** What is acknowledged has been told, and with QoS 2 its id is stored. */
	#acknowledge(kind: string, id: number): void {
		this.#told.answer(kind, id);
		if (this.#owed[0] === `${kind} ${id}`) this.#owed.shift();
		else demand(kind === "pubrec" && this.#held.has(id), `${kind} ${id} before the message was told`);
		if (kind === "pubrec" && !this.#isClean) {
			demand(this.#storage.has("pubrec", id), `PUBREC ${id} leaves before it is stored`);
		}
	}
}
