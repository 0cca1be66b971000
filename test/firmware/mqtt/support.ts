import { generate, type Packet, parser } from "mqtt-packet";
import { Decoder } from "../../../firmware/mqtt/decode.js";
import type { Output, SessionRecord } from "../../../firmware/mqtt/output.js";
import type {
	ConnectOptions,
	Incoming,
	Message,
	Oversize,
	Piece,
	QoS,
	Subscription,
} from "../../../firmware/mqtt/packet.js";
import { Session, type SessionOptions } from "../../../firmware/mqtt/session.js";

/** The bytes that a text of hexadecimal digits spells; spaces are for the eye. */
export function hex(text: string): Uint8Array {
	const digits = text.replaceAll(" ", "");
	if (!/^(?:[0-9a-f]{2})*$/i.test(digits)) throw new RangeError(`not hexadecimal: ${text}`);
	return new Uint8Array(Buffer.from(digits, "hex"));
}

export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** UTF-8 by Node, not by the code under test. */
export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** An array of its own from parts of any kind of bytes, so that comparisons see no `Buffer`. */
export const concat = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

export const byteByByte = (bytes: Uint8Array): Uint8Array[] =>
	Array.from(bytes, (byte) => Uint8Array.of(byte));

/** Every way to cut `bytes` in two, an empty piece at either end included. */
export const splits = (bytes: Uint8Array): Uint8Array[][] =>
	Array.from({ length: bytes.length + 1 }, (_, at) => [bytes.subarray(0, at), bytes.subarray(at)]);

/** Cuts `bytes` into pieces of the lengths given, over and over; a length of 0 is an empty piece. */
export function chunked(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
	const chunks: Uint8Array[] = [];
	const usable = lengths.some((length) => length > 0) ? lengths : [bytes.length];
	for (let at = 0, turn = 0; at < bytes.length; turn++) {
		const length = usable[turn % usable.length] as number;
		chunks.push(bytes.subarray(at, at + length));
		at += length;
	}
	return chunks;
}

/**
 * Feeds chunks to a decoder and gives all that comes out. An oversize message has the pieces' bytes in
 * its payload, so that it is the same however the stream is cut. Fails when the decoder does not come to
 * an end.
 */
export function decodeAll(chunks: readonly Uint8Array[], capacity = 1024): Incoming[] {
	const decoder = new Decoder(capacity);
	const packets: Incoming[] = [];
	let bytes = 0;
	for (const chunk of chunks) {
		bytes += chunk.length;
		decoder.push(chunk);
		for (let packet = decoder.next(); packet !== undefined; packet = decoder.next()) {
			if (packet.kind !== "piece") packets.push(packet);
			else packets.push(withPiece(packets.pop(), packet));
			if (packets.length > bytes) throw new Error("more packets than bytes");
		}
	}
	return packets;
}

function withPiece(message: Incoming | undefined, { payload, remaining }: Piece): Oversize {
	if (message?.kind !== "oversize") throw new Error("a piece of nothing");
	const whole = concat(message.payload, payload);
	if (payload.length === 0 || whole.length + remaining !== message.length) {
		throw new Error(`${whole.length} and ${remaining} bytes of ${message.length}`);
	}
	return { ...message, payload: whole };
}

/** What mqtt-packet makes of a packet; an invalid one throws. */
export const generated = (packet: Packet): Uint8Array => new Uint8Array(generate(packet));

/** What mqtt-packet reads in `bytes`: whole packets only. */
export function parsed(bytes: Uint8Array): Packet[] {
	const packets: Packet[] = [];
	const reader = parser();
	reader.on("packet", (packet) => packets.push(packet));
	reader.on("error", (error) => {
		throw error;
	});
	const left = reader.parse(Buffer.from(bytes));
	if (left !== 0) throw new Error(`${left} bytes left`);
	return packets;
}

/** Packets of a broker, made by mqtt-packet. */
export const broker = {
	connack: (sessionPresent = false, returnCode = 0) =>
		generated({ cmd: "connack", sessionPresent, returnCode }),
	puback: (messageId: number) => generated({ cmd: "puback", messageId }),
	pubrec: (messageId: number) => generated({ cmd: "pubrec", messageId }),
	pubrel: (messageId: number) => generated({ cmd: "pubrel", messageId }),
	pubcomp: (messageId: number) => generated({ cmd: "pubcomp", messageId }),
	unsuback: (messageId: number) => generated({ cmd: "unsuback", messageId, granted: [] }),
	suback: (messageId: number, ...granted: number[]) => generated({ cmd: "suback", messageId, granted }),
	pingresp: () => generated({ cmd: "pingresp" }),
	publish: (topic: string, payload: string | Uint8Array = "", qos: QoS = 0, messageId = 0, dup = false) =>
		generated({
			cmd: "publish",
			topic,
			payload: Buffer.from(payload),
			qos,
			dup,
			retain: false,
			...(qos > 0 && { messageId }),
		}),
};

/** A packet id where one belongs, 0 elsewhere. */
const idLine = (id: number | undefined): string => (id === undefined || id === 0 ? "" : ` ${id}`);

/** One packet of the client in few words, as mqtt-packet reads it. */
export function packetLine(bytes: Uint8Array): string {
	const [packet] = parsed(bytes);
	if (packet === undefined) throw new Error(`no packet: ${toHex(bytes)}`);
	if (packet.cmd !== "publish") return `> ${packet.cmd}${idLine(packet.messageId)}`;
	const dup = packet.dup ? " dup" : "";
	const retain = packet.retain ? " retain" : "";
	return `> publish${idLine(packet.messageId)}${dup}${retain} ${packet.topic}=${packet.payload}`;
}

/** One output of a session in few words: what is sent begins with ">", what arrived with "<"; `undefined` for a piece that is not the last. */
export function outputLine(output: Output): string | undefined {
	switch (output.kind) {
		case "transmit":
			return packetLine(output.bytes);
		case "store":
			return `store ${output.record.order}`;
		case "discard":
			return `discard ${output.order}`;
		case "connected":
			return output.sessionPresent ? "connected, session present" : "connected";
		case "subscribed":
			return `subscribed ${output.subscriptions.map(({ filter }) => filter)}: ${output.returnCodes}`;
		case "unsubscribed":
			return `unsubscribed ${output.filters}`;
		case "acknowledged":
			return `acknowledged ${output.id}`;
		case "undeliverable":
			return `undeliverable ${output.message.topic}=${new TextDecoder().decode(output.message.payload)}`;
		case "publish":
			return `< ${output.topic}=${new TextDecoder().decode(output.payload)}`;
		case "oversize":
			return `< ${output.topic}, oversize ${output.length}`;
		case "piece":
			return output.remaining === 0 ? "< the end of it" : undefined;
		case "closed":
			return output.reason === undefined ? "closed" : `closed: ${output.reason}`;
	}
}

export interface ClientOptions extends Partial<Omit<SessionOptions, "connect">> {
	connect?: Partial<ConnectOptions>;
	/** The time to begin at, and what the clock of the machine makes of a time. */
	start?: number;
	clock?: (time: number) => number;
}

/** A session with a clock of its own, doing at once whatever comes out and keeping it as lines. */
export class Client {
	readonly session: Session;
	/** What the outputs taken said to keep, and not to forget, by order. */
	readonly #disk = new Map<number, Uint8Array>();
	readonly #clock: (time: number) => number;
	#time: number;

	constructor({ connect, start = 0, clock = (time) => time, ...options }: ClientOptions = {}) {
		this.#time = start;
		this.#clock = clock;
		this.session = new Session({
			receiveBuffer: 256,
			inFlight: 4,
			maximumPacket: 100_000,
			attempts: 0,
			responseTimeout: 10_000,
			...options,
			connect: { clientId: "lamp", cleanSession: false, keepAlive: 60_000, ...connect },
		});
	}

	get now(): number {
		return this.#clock(this.#time);
	}

	/** What there is to do now. */
	take(): string[] {
		return this.takeOutputs().flatMap((output) => outputLine(output) ?? []);
	}

	takeOutputs(): Output[] {
		const outputs: Output[] = [];
		for (let output = this.session.next(); output !== undefined; output = this.session.next()) {
			outputs.push(output);
			if (output.kind === "store") this.#disk.set(output.record.order, output.record.packet.slice());
			if (output.kind === "discard") this.#disk.delete(output.order);
		}
		return outputs;
	}

	connect(): string[] {
		this.session.connect(this.now);
		return this.take();
	}

	/** Connects with the broker's consent. */
	online(sessionPresent = false): this {
		this.connect();
		this.receive(broker.connack(sessionPresent));
		return this;
	}

	/** Everything in one piece. */
	receive(...packets: Uint8Array[]): string[] {
		this.session.receive(concat(...packets), this.now);
		return this.take();
	}

	publish(topic: string, payload = "", qos: QoS = 1, retain = false): number | undefined {
		const message: Message = { topic, payload, qos, retain };
		return this.session.publish(message, this.now);
	}

	subscribe(...filters: string[]): void {
		const subscriptions: Subscription[] = filters.map((filter) => ({ filter, qos: 1 }));
		this.session.subscribe(subscriptions, this.now);
	}

	/** The connection breaks; what is left to do. */
	lose(): string[] {
		this.session.lost();
		return this.take();
	}

	/** Lets time pass and does what is due then. */
	wait(milliseconds: number): string[] {
		this.#time += milliseconds;
		this.session.tick(this.now);
		return this.take();
	}

	/** Lets time pass, and nobody looks. */
	pass(milliseconds: number): void {
		this.#time += milliseconds;
	}

	/** What is on the disk: the records for a session that goes on with this one. */
	get records(): SessionRecord[] {
		return Array.from(this.#disk, ([order, packet]) => ({ order, packet }));
	}

	/** Milliseconds until something is due. */
	get timeout(): number | undefined {
		return this.session.timeout(this.now);
	}
}

/** Clocks of machines: some wrap at 32 bits, with and without a sign, in the middle of what a test does. */
export const CLOCKS = [
	{ clock: "a clock from 0", start: 0, read: (time: number) => time },
	{ clock: "a clock near 2**31", start: 2 ** 31 - 500, read: (time: number) => time },
	{ clock: "a clock near 2**32", start: 2 ** 32 - 500, read: (time: number) => time },
	{ clock: "an unsigned 32-bit clock", start: 2 ** 32 - 500, read: (time: number) => time >>> 0 },
	{ clock: "a signed 32-bit clock", start: 2 ** 31 - 500, read: (time: number) => time | 0 },
] as const;
