import type { BrokerEvent, EndReason } from "./events.js";
import type { Exchange } from "./exchange.js";
import type { AnswerKind, BrokerFaults } from "./faults.js";
import type { Output } from "./outbound.js";
import {
	type AcknowledgementKind,
	type Connect,
	type Incoming,
	type Message,
	type Publish,
	type QoS,
	ReturnCode,
	type Subscribe,
	type Unsubscribe,
	type Violation,
	violation,
} from "./packet.js";
import { PacketReader } from "./read.js";
import type { Owner, Session } from "./session.js";
import type { Sender, Turns } from "./turns.js";
import type { BrokerWays } from "./ways.js";
import { PacketWriter } from "./write.js";

/** The broker's end of a network connection. */
export interface BrokerLink {
	/** Sends to the client. The bytes may be kept by the callee. */
	send(bytes: Uint8Array): void;
	/** The broker closes the connection, behind what it has sent. */
	close(): void;
}

/** What a connection gives the broker. */
export interface BrokerConnection {
	/** Bytes of the client, however they are cut; they are not kept. */
	receive(bytes: Uint8Array): void;
	/** The network connection has ended, whoever ended it. */
	lost(): void;
}

export interface BrokerClock {
	/** Milliseconds, only forward. */
	readonly elapsed: number;
	/** Calls back once, `delay` milliseconds later, never from within this call. */
	post(callback: () => void, delay: number): void;
}

/** What all connections of a broker share. */
export interface Surroundings {
	readonly clock: BrokerClock;
	readonly ways: BrokerWays;
	readonly faults: BrokerFaults;
	readonly exchange: Exchange;
	readonly turns: Turns;
	readonly tell: (event: BrokerEvent) => void;
	/** The connection is over. */
	readonly forget: (connection: Connection) => void;
}

/** One client's network connection, from its first byte to its end. */
export class Connection implements BrokerConnection, Output, Owner, Sender {
	readonly #around: Surroundings;
	readonly #link: BrokerLink;
	readonly #reader: PacketReader;
	readonly #writer = new PacketWriter();
	#session: Session | undefined;
	#will: Message | undefined;
	#isClosed = false;
	/** Its CONNACK was withheld: nothing is read. */
	#isStuck = false;
	/** When the last packet came. */
	#heardAt: number;
	/** How long there may be none, in milliseconds [MQTT-3.1.2-24]. */
	#patience = Number.POSITIVE_INFINITY;

	constructor(around: Surroundings, link: BrokerLink) {
		this.#around = around;
		this.#link = link;
		this.#reader = new PacketReader(around.ways.longestPacket);
		this.#heardAt = around.clock.elapsed;
		around.clock.post(() => around.turns.take(() => this.#missConnect()), around.ways.connectTimeout);
	}

	get isConnected(): boolean {
		return this.#session !== undefined;
	}

	receive(bytes: Uint8Array): void {
		const { turns } = this.#around;
		if (!turns.begin()) {
			const kept = bytes.slice();
			turns.later(() => this.#read(kept));
			return;
		}
		this.#read(bytes);
		turns.end();
	}

	lost(): void {
		this.#around.turns.take(() => this.#end("lost", true));
	}

	/** The broker is gone, and with it this connection; there is no will. */
	crash(): void {
		this.#end("crash", false);
	}

	/** Ends the connection as soon as its maker has it, and takes nothing before. */
	closeSoon(): void {
		const { clock, turns } = this.#around;
		this.#isStuck = true;
		clock.post(() => turns.take(() => this.#end("fault", false)), 0);
	}

	takeOver(isClean: boolean): void {
		const always = this.#around.ways.takeoverWill === "always";
		this.#end("takeover", always || isClean || this.#session?.isClean === true);
	}

	publish(message: Message, qos: QoS, retain: boolean, dup: boolean, id: number): void {
		this.#touch();
		this.#writer.publish(message, qos, retain, dup, id);
	}

	pubrel(id: number): void {
		this.#touch();
		this.#writer.acknowledge("pubrel", id);
	}

	flush(): void {
		if (!this.#writer.isEmpty) this.#link.send(this.#writer.take());
	}

	#read(bytes: Uint8Array): void {
		if (this.#isClosed) return;
		this.#reader.push(bytes);
		this.#takeAll();
	}

	#takeAll(): void {
		const { clock, turns } = this.#around;
		while (!this.#isClosed && !this.#isStuck) {
			const packet = this.#reader.next();
			if (packet === undefined) return;
			this.#heardAt = clock.elapsed;
			const wrong = this.#take(packet);
			if (wrong !== undefined) this.#violate(wrong);
			turns.flush();
		}
	}

	#take(packet: Incoming): Violation | undefined {
		if (packet.kind === "violation") return packet;
		const session = this.#session;
		if (session === undefined) return this.#takeFirst(packet);
		switch (packet.kind) {
			case "publish":
				return this.#receive(session, packet);
			case "puback":
				return session.outbound.acknowledged(this, packet.id);
			case "pubrec":
				return session.outbound.received(packet.id) ?? this.#acknowledge("pubrel", packet.id);
			case "pubrel":
				return this.#release(session, packet.id);
			case "pubcomp":
				return session.outbound.completed(this, packet.id);
			case "subscribe":
				return this.#subscribe(session, packet);
			case "unsubscribe":
				return this.#unsubscribe(session, packet);
			case "pingreq":
				return this.#answer("pingresp", () => this.#writer.pingresp());
			case "disconnect":
				return this.#end("disconnect", false);
			case "connect":
			case "unsupported":
				return violation("MQTT-3.1.0-2", "a second CONNECT");
		}
	}

	#takeFirst(packet: Exclude<Incoming, Violation>): Violation | undefined {
		if (packet.kind === "unsupported") return this.#refuse("", ReturnCode.unacceptableLevel);
		if (packet.kind !== "connect") return violation("MQTT-3.1.0-1", `${packet.kind} before CONNECT`);
		// Without a name there is nothing to keep a session under [MQTT-3.1.3-8].
		if (packet.clientId === "" && !packet.clean) return this.#refuse("", ReturnCode.identifierRejected);
		const { clientId, username, password } = packet;
		const code = this.#around.faults.admit?.(clientId, username, password) ?? ReturnCode.accepted;
		return code === ReturnCode.accepted ? this.#accept(packet) : this.#refuse(clientId, code);
	}

	/** In the order of 3.1.4. */
	#accept({ clientId, clean, keepAlive, will }: Connect): undefined {
		const { exchange, tell } = this.#around;
		const client = clientId === "" ? exchange.newClient() : clientId;
		exchange.session(client)?.owner?.takeOver(clean);
		const { session, isPresent } = exchange.open(client, clean);
		session.owner = this;
		this.#session = session;
		this.#will = will;
		tell({ event: "connected", client, clean, sessionPresent: isPresent });
		this.#isStuck = true;
		this.#answer("connack", () => {
			this.#writer.connack(isPresent, ReturnCode.accepted);
			this.#isStuck = false;
			session.outbound.resume(this);
		});
		if (keepAlive > 0) {
			this.#patience = keepAlive * 1500;
			this.#watch(this.#patience);
		}
	}

	#refuse(client: string, returnCode: number): undefined {
		this.#around.tell({ event: "refused", client, returnCode });
		this.#touch();
		this.#writer.connack(false, returnCode);
		this.#end("violation", false);
	}

	#receive(session: Session, { message, id }: Publish): undefined {
		const { exchange, faults, ways } = this.#around;
		if (faults.publish?.(session.client, message.topic) === "close") return this.#end("fault", true);
		if (message.qos < 2) {
			exchange.publish(message);
			return message.qos === 0 ? undefined : this.#acknowledge("puback", id);
		}
		const goesOnLater = ways.exactlyOnce === "release";
		const isNew = session.receive(id, goesOnLater ? message : undefined);
		if (isNew && !goesOnLater) exchange.publish(message);
		return this.#acknowledge("pubrec", id);
	}

	/** PUBREL is answered whether or not its id is in use: the answer to it may have been lost [MQTT-4.3.3-2]. */
	#release(session: Session, id: number): undefined {
		const message = session.release(id);
		if (message !== undefined) this.#around.exchange.publish(message);
		return this.#acknowledge("pubcomp", id);
	}

	#subscribe(session: Session, { id, subscriptions }: Subscribe): undefined {
		const { exchange } = this.#around;
		for (const { filter, qos } of subscriptions) exchange.subscribe(session, filter, qos);
		const granted = subscriptions.map(({ qos }) => qos);
		this.#answer("suback", () => this.#writer.suback(id, granted));
		for (const { filter, qos } of subscriptions) exchange.sendRetained(session, filter, qos);
	}

	#unsubscribe(session: Session, { id, filters }: Unsubscribe): undefined {
		for (const filter of filters) this.#around.exchange.unsubscribe(session, filter);
		this.#answer("unsuback", () => this.#writer.unsuback(id));
	}

	/** The answers there are most of; apart, so that they need no closure. */
	#acknowledge(kind: AcknowledgementKind, id: number): undefined {
		if (this.#around.faults.answer !== undefined) {
			return this.#answer(kind, () => this.#writer.acknowledge(kind, id));
		}
		this.#touch();
		this.#writer.acknowledge(kind, id);
	}

	/** Has an answer written, unless a fault withholds or delays it. */
	#answer(kind: AnswerKind, write: () => void): undefined {
		const { clock, faults, turns } = this.#around;
		const fate = faults.answer?.(kind, this.#session?.client ?? "") ?? "send";
		if (fate === "drop") return;
		if (fate === "send") {
			this.#touch();
			write();
			return;
		}
		const late = () => {
			if (this.#isClosed) return;
			this.#touch();
			write();
			this.#takeAll();
		};
		clock.post(() => turns.take(late), fate);
	}

	/** Will be flushed. */
	#touch(): void {
		if (this.#writer.isEmpty) this.#around.turns.add(this);
	}

	/** Closes the connection when nothing has come for too long, after `delay` at the earliest. */
	#watch(delay: number): void {
		const { clock, turns } = this.#around;
		clock.post(() => {
			if (this.#isClosed) return;
			const left = this.#heardAt + this.#patience - clock.elapsed;
			if (left > 0) this.#watch(left);
			else turns.take(() => this.#end("keep-alive", true));
		}, delay);
	}

	#missConnect(): void {
		if (this.#session === undefined && !this.#isClosed) {
			this.#violate(violation("3.1.4", "no CONNECT in time"));
		}
	}

	#violate({ clause, detail }: Violation): void {
		if (this.#isClosed) return;
		const client = this.#session?.client ?? "";
		this.#around.tell({ event: "violation", client, clause, detail });
		this.#end("violation", true);
	}

	/** @param withWill whether the client's will is published, if it has one [MQTT-3.1.2-8] [MQTT-3.1.2-10] */
	#end(reason: EndReason, withWill: boolean): undefined {
		if (this.#isClosed) return;
		this.#isClosed = true;
		const { exchange, forget, tell } = this.#around;
		forget(this);
		this.flush();
		if (reason !== "lost") this.#link.close();
		if (this.#session === undefined) return;
		const will = withWill ? this.#will : undefined;
		exchange.leave(this.#session);
		tell({ event: "disconnected", client: this.#session.client, reason, will: will !== undefined });
		if (will !== undefined) exchange.publish(will);
	}
}
