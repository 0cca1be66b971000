import { encodeAcknowledgement, encodePublish } from "./encode.js";
import { answerTo, type InFlight, InFlightWindow, isPublish } from "./in-flight.js";
import type { Output, SessionRecord } from "./output.js";
import {
	type Acknowledgement,
	capitals,
	type Message,
	type Oversize,
	PacketType,
	type Piece,
	type Publish,
	type QoS,
} from "./packet.js";
import { ReceivedIds } from "./received.js";
import { inOrder, readMessage, readRecord } from "./record.js";

export interface DeliveryOptions {
	/** Messages with QoS 1 or 2 between `publish` and `acknowledged` at most. */
	inFlight: number;
	/** Bytes that a packet may have on the wire. */
	maximumPacket: number;
	/** See `SessionOptions`. */
	attempts: number;
	/** Whether the payload of an oversize message is wanted. */
	pieces?: boolean | undefined;
	/** Whether anything is to outlive the connection. */
	isPersistent: boolean;
	records: readonly SessionRecord[];
}

/** Messages with QoS 2 that a broker may leave half done, each a record in the storage. */
const MAX_RECEIVED = 64;

/**
 * The exchange of messages (4.3): those sent until they are answered, those received with QoS 2 until
 * they are released. Appends to the session's outputs; what returns text says why to close.
 */
export class Delivery {
	readonly #options: DeliveryOptions;
	readonly #outputs: Output[];
	readonly #window = new InFlightWindow();
	readonly #received = new ReceivedIds();
	#order = 0;
	/** PUBRELs on this connection for what was not in flight: so many PUBCOMPs may come for nothing. */
	#strays = 0;
	/** Whether a connection was accepted before. */
	#wasAccepted = false;
	/** Connections in a row that ended without an answer. */
	#attempts = 0;
	/** The oversize message under way: its QoS, its id, and whether it was told before. */
	#qos: QoS = 0;
	#id = 0;
	#isRepeated = false;

	constructor(options: DeliveryOptions, outputs: Output[]) {
		this.#options = options;
		this.#outputs = outputs;
		// A clean session has nothing from before it.
		const records = options.isPersistent ? inOrder(options.records) : [];
		for (let index = 0; index < records.length; index++) this.#restore(records[index] as SessionRecord);
	}

	/** The packets that wait for their answer, longest first. */
	get pending(): readonly InFlight[] {
		return this.#window.entries;
	}

	/** How many more messages with QoS 1 or 2 can be taken. */
	get room(): number {
		return this.#options.inFlight - this.#window.entries.length;
	}

	/** Whether a message with this tag has not been answered to its end. */
	isInFlight(tag: string): boolean {
		return this.#window.entries.some((entry) => entry.tag === tag);
	}

	/** Takes a message; returns its id, 0 with QoS 0, or `undefined` while the window is full. */
	publish(message: Message, others: readonly { readonly id: number }[], now: number): number | undefined {
		if (message.qos === 0) {
			this.#transmit(this.#encode(message, 0));
			return 0;
		}
		if (this.#window.entries.length >= this.#options.inFlight) return undefined;
		const id = this.#window.nextId(others);
		const packet = this.#encode(message, id);
		const order = ++this.#order;
		this.#window.add(order, id, packet, now, message.tag);
		this.#store(order, packet, message.tag);
		this.#transmit(packet);
		return id;
	}

	/** A packet id for a request. */
	nextId(others: readonly { readonly id: number }[]): number {
		return this.#window.nextId(others);
	}

	/** A message came. Its acknowledgement follows it, or the last piece where pieces are wanted. */
	receive(message: Publish | Oversize): string | undefined {
		const { qos, id } = message;
		const isRepeated = qos === 2 && this.#received.has(id);
		if (qos === 2 && !isRepeated && this.#received.size >= MAX_RECEIVED) {
			return `more than ${MAX_RECEIVED} messages with QoS 2 that were not released`;
		}
		if (!isRepeated) this.#outputs.push(message);
		if (message.kind === "publish" || !this.#options.pieces) {
			this.#accept(qos, id, isRepeated);
		} else {
			this.#qos = qos;
			this.#id = id;
			this.#isRepeated = isRepeated;
		}
		return undefined;
	}

	/** More of an oversize message came. */
	proceed(piece: Piece): void {
		if (!this.#options.pieces) return;
		if (!this.#isRepeated) this.#outputs.push(piece);
		if (piece.remaining === 0) this.#accept(this.#qos, this.#id, this.#isRepeated);
	}

	/** An answer of the broker's came: PUBACK, PUBREC, PUBREL or PUBCOMP. */
	acknowledge({ kind, id }: Acknowledgement, now: number): string | undefined {
		if (kind === "pubrel") {
			this.#complete(id);
			return undefined;
		}
		const entry = this.#window.find(id);
		const awaited = entry && answerTo(entry.packet);
		if (kind === awaited) {
			this.#attempts = 0;
			if (kind === "pubrec") this.#release(entry as InFlight, now);
			else this.#finish(entry as InFlight);
			return undefined;
		}
		// A broker may know of a message that we do not know any more, or not have heard of the PUBREL.
		if (kind === "pubrec" && (awaited === undefined || awaited === "pubcomp")) {
			this.#strays++;
			this.#transmit(encodeAcknowledgement(PacketType.PUBREL, id));
			return undefined;
		}
		if (kind === "pubcomp" && awaited === undefined && this.#strays > 0) {
			this.#strays--;
			return undefined;
		}
		// RabbitMQ answers so.
		if (kind === "puback" && awaited === "pubrec")
			return `PUBACK for ${id}, which has QoS 2: the broker may not`;
		const state = awaited === undefined ? "not in flight" : `waiting for ${capitals(awaited)}`;
		return `${capitals(kind)} for ${id}, which is ${state}`;
	}

	/**
	 * The broker has begun a new session, and its ids anew: an old one would swallow a new message. What it had not passed on
	 * by PUBREL is gone: PUBREL goes out all the same [MQTT-4.4.0-1], but its PUBCOMP answers no tag any more.
	 */
	forget(): void {
		this.#discardAll(this.#received.clear());
		const { entries } = this.#window;
		for (let index = 0; index < entries.length; index++) {
			const entry = entries[index] as InFlight;
			if (entry.tag === undefined || isPublish(entry.packet)) continue;
			entry.tag = undefined;
			this.#store(entry.order, entry.packet);
		}
	}

	/** A new connection was accepted: what was under way goes out again, in order [MQTT-4.4.0-1]. */
	resume(now: number): void {
		this.#strays = 0;
		this.#giveUp();
		const entries = this.#window.repeat(now);
		for (let index = 0; index < entries.length; index++) this.#transmit((entries[index] as InFlight).packet);
	}

	/** The connection is gone. A clean session ends with it: what was under way is given up [MQTT-3.1.2-6]. */
	lost(): void {
		if (this.#options.isPersistent) return;
		const entries = this.#window.clear();
		for (let index = 0; index < entries.length; index++) {
			const entry = entries[index] as InFlight;
			if (!isPublish(entry.packet)) continue;
			this.#undeliverable(entry, "session-ended", "the connection ended before it was acknowledged");
		}
		this.forget();
	}

	/** Gives the oldest message up when the broker has hung up on it again and again. */
	#giveUp(): void {
		const { oldest } = this.#window;
		const { attempts } = this.#options;
		if (!this.#wasAccepted) {
			// A restart is no sign against the message.
			this.#wasAccepted = true;
			return;
		}
		if (oldest === undefined || attempts === 0) return;
		if (++this.#attempts < attempts || !isPublish(oldest.packet)) return;
		this.#attempts = 0;
		this.#window.remove(oldest);
		this.#discard(oldest.order);
		this.#undeliverable(oldest, "given-up", "the connection ended with it again and again");
	}

	#undeliverable({ packet, tag }: InFlight, code: "given-up" | "session-ended", why: string): void {
		const message = readMessage(packet);
		this.#outputs.push({ kind: "undeliverable", message, code, reason: `given up: ${why}`, tag });
	}

	#encode(message: Message, id: number): Uint8Array {
		const packet = encodePublish(message, id);
		const { maximumPacket } = this.#options;
		if (packet.length <= maximumPacket) return packet;
		throw new RangeError(`a packet of ${packet.length} bytes, more than ${maximumPacket}`);
	}

	/** Acknowledges a message that the program has, with QoS 2 behind the record of its id. */
	#accept(qos: QoS, id: number, isRepeated: boolean): void {
		if (qos === 1) this.#transmit(encodeAcknowledgement(PacketType.PUBACK, id));
		if (qos < 2) return;
		const pubrec = encodeAcknowledgement(PacketType.PUBREC, id);
		if (!isRepeated) {
			this.#received.add(++this.#order, id);
			this.#store(this.#order, pubrec);
		}
		this.#transmit(pubrec);
	}

	/** PUBREC: the broker has the message, and it is not sent any more [MQTT-4.3.3-1]. */
	#release(entry: InFlight, now: number): void {
		const pubrel = encodeAcknowledgement(PacketType.PUBREL, entry.id);
		const { order } = entry;
		this.#window.release(entry, ++this.#order, pubrel, now);
		// First the new record, then the old one's end: a power cut between them leaves both, and loses nothing.
		// With PUBREL between them a storage that changes their order does not do so either.
		this.#store(entry.order, pubrel, entry.tag);
		this.#transmit(pubrel);
		this.#discard(order);
	}

	/** PUBACK or PUBCOMP. */
	#finish(entry: InFlight): void {
		this.#window.remove(entry);
		this.#discard(entry.order);
		this.#outputs.push({ kind: "acknowledged", id: entry.id, tag: entry.tag });
	}

	/** PUBREL, of an id that may be unknown here; the id is forgotten before the broker may use it again. */
	#complete(id: number): void {
		const order = this.#received.remove(id);
		if (order !== undefined) this.#discard(order);
		this.#transmit(encodeAcknowledgement(PacketType.PUBCOMP, id));
	}

	#restore({ order, packet, tag }: SessionRecord): void {
		const record = readRecord(packet);
		this.#order = order;
		if (record?.kind === "pubrec" && !this.#received.has(record.id)) {
			this.#received.add(order, record.id);
		} else if (record !== undefined && record.kind !== "pubrec") {
			// Of two with one id the later one counts: the end of the earlier one was not noted any more.
			const earlier = this.#window.find(record.id);
			if (earlier !== undefined) {
				this.#window.remove(earlier);
				this.#discard(earlier.order);
			}
			this.#window.add(order, record.id, packet, 0, tag);
		} else {
			this.#discard(order);
		}
	}

	#discardAll(entries: readonly { readonly order: number }[]): void {
		for (let index = 0; index < entries.length; index++) {
			this.#discard((entries[index] as { order: number }).order);
		}
	}

	#store(order: number, packet: Uint8Array, tag?: string): void {
		if (this.#options.isPersistent) this.#outputs.push({ kind: "store", record: { order, packet, tag } });
	}

	#discard(order: number): void {
		if (this.#options.isPersistent) this.#outputs.push({ kind: "discard", order });
	}

	#transmit(bytes: Uint8Array): void {
		this.#outputs.push({ kind: "transmit", bytes });
	}
}
