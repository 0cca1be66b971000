import type { EndReason } from "./events.js";
import type { BrokerConnection, BrokerLink, Surroundings } from "./link.js";
import { Outlet } from "./outlet.js";
import {
	type Connect,
	type Incoming,
	type Message,
	type Publish,
	ReturnCode,
	type Subscribe,
	type Unsubscribe,
	type Violation,
	violation,
} from "./packet.js";
import { PacketReader } from "./read.js";
import type { Owner, Session } from "./session.js";
import { copyOf } from "./text.js";
import type { PacketWriter } from "./write.js";

/** One client's network connection, from its first byte to its end. */
export class Connection implements BrokerConnection, Owner {
	readonly #around: Surroundings;
	readonly #link: BrokerLink;
	readonly #reader: PacketReader;
	readonly #outlet: Outlet;
	readonly #forget: (connection: Connection) => void;
	#session: Session | undefined;
	#will: Message | undefined;
	#isClosed = false;
	/** Its CONNACK was withheld: nothing is read. */
	#isStuck = false;
	/** When the last packet came. */
	#heardAt: number;
	/** How long there may be none, in milliseconds [MQTT-3.1.2-24]. */
	#patience = Number.POSITIVE_INFINITY;

	/** @param forget hears that the connection is over */
	constructor(around: Surroundings, link: BrokerLink, forget: (connection: Connection) => void) {
		this.#around = around;
		this.#link = link;
		this.#forget = forget;
		this.#outlet = new Outlet(around, link);
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
			const kept = copyOf(bytes, 0, bytes.length);
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
				return session.outbound.acknowledged(this.#outlet, packet.id);
			case "pubrec":
				return session.outbound.received(packet.id) ?? this.#outlet.acknowledge("pubrel", packet.id);
			case "pubrel":
				return this.#release(session, packet.id);
			case "pubcomp":
				return session.outbound.completed(this.#outlet, packet.id);
			case "subscribe":
				return this.#subscribe(session, packet);
			case "unsubscribe":
				return this.#unsubscribe(session, packet);
			case "pingreq":
				return this.#outlet.answer("pingresp", (writer) => writer.pingresp());
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
		this.#outlet.client = client;
		this.#isStuck = true;
		const begin = (writer: PacketWriter) => {
			writer.connack(isPresent, ReturnCode.accepted);
			this.#isStuck = false;
			session.outbound.resume(this.#outlet);
		};
		this.#outlet.answer("connack", begin, () => this.#takeAll());
		if (keepAlive > 0) {
			this.#patience = keepAlive * 1500;
			this.#watch(this.#patience);
		}
	}

	#refuse(client: string, returnCode: number): undefined {
		this.#around.tell({ event: "refused", client, returnCode });
		this.#outlet.refuse(returnCode);
		this.#end("violation", false);
	}

	#receive(session: Session, { message, id }: Publish): undefined {
		const { exchange, faults, ways } = this.#around;
		if (faults.publish?.(session.client, message.topic) === "close") return this.#end("fault", true);
		if (message.qos < 2) {
			exchange.publish(message);
			return message.qos === 0 ? undefined : this.#outlet.acknowledge("puback", id);
		}
		const goesOnLater = ways.exactlyOnce === "release";
		const isNew = session.receive(id, goesOnLater ? message : undefined);
		if (isNew && !goesOnLater) exchange.publish(message);
		return this.#outlet.acknowledge("pubrec", id);
	}

	/** PUBREL is answered whether or not its id is in use: the answer to it may have been lost [MQTT-4.3.3-2]. */
	#release(session: Session, id: number): undefined {
		const message = session.release(id);
		if (message !== undefined) this.#around.exchange.publish(message);
		return this.#outlet.acknowledge("pubcomp", id);
	}

	#subscribe(session: Session, { id, subscriptions }: Subscribe): undefined {
		const { exchange } = this.#around;
		for (const { filter, qos } of subscriptions) exchange.subscribe(session, filter, qos);
		const granted = subscriptions.map(({ qos }) => qos);
		this.#outlet.answer("suback", (writer) => writer.suback(id, granted));
		for (const { filter, qos } of subscriptions) exchange.sendRetained(session, filter, qos);
	}

	#unsubscribe(session: Session, { id, filters }: Unsubscribe): undefined {
		for (const filter of filters) this.#around.exchange.unsubscribe(session, filter);
		this.#outlet.answer("unsuback", (writer) => writer.unsuback(id));
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
		const { exchange, tell } = this.#around;
		this.#forget(this);
		this.#outlet.close();
		if (reason !== "lost") this.#link.close();
		if (this.#session === undefined) return;
		const will = withWill ? this.#will : undefined;
		exchange.leave(this.#session);
		tell({ event: "disconnected", client: this.#session.client, reason, will: will !== undefined });
		if (will !== undefined) exchange.publish(will);
	}
}
