import { type AddressInfo, createServer, type Socket } from "node:net";
import fc from "fast-check";
import { generate, type Packet, parser } from "mqtt-packet";
import type { ServerEvent } from "../../server/events.js";

/** Keeps what a server tells, and waits for what it will tell. */
export class Events {
	readonly all: ServerEvent[] = [];
	#waiting: (() => void)[] = [];

	readonly add = (event: ServerEvent): void => {
		this.all.push(event);
		for (const wake of this.#waiting.splice(0)) wake();
	};

	/** The first event from `start` on that fits. */
	async find(fits: (event: ServerEvent) => boolean, start = 0): Promise<ServerEvent> {
		for (;;) {
			const found = this.all.slice(start).find(fits);
			if (found !== undefined) return found;
			await new Promise<void>((resolve) => this.#waiting.push(resolve));
		}
	}

	/** The next link event of a state, after the first `start` events. */
	link(state: string, start = 0) {
		return this.find((e) => e.event === "link" && e.state === state, start);
	}
}

/** A server of raw bytes on a free port. */
export interface RawServer {
	readonly port: number;
	readonly url: string;
	/** How many connections came so far. */
	readonly connections: () => number;
	close(): Promise<void>;
}

/** Listens on a free port and gives each connection to `handle`. */
export function rawServer(handle: (socket: Socket) => void): Promise<RawServer> {
	const sockets = new Set<Socket>();
	let count = 0;
	const server = createServer((socket) => {
		count += 1;
		sockets.add(socket);
		socket.on("error", () => {}).on("close", () => sockets.delete(socket));
		handle(socket);
	});
	return new Promise((resolve) =>
		server.listen(0, "127.0.0.1", () => {
			const { port } = server.address() as AddressInfo;
			resolve({
				port,
				url: `mqtt://127.0.0.1:${port}`,
				connections: () => count,
				close: () =>
					new Promise((done) => {
						server.close(() => done());
						for (const socket of sockets) socket.destroy();
					}),
			});
		}),
	);
}

/** A port on which nothing listens. */
export async function freePort(): Promise<number> {
	const server = await rawServer(() => {});
	await server.close();
	return server.port;
}

/** What a raw broker says to a packet: bytes, or nothing. */
export type Answer = (packet: Packet, socket: Socket) => Uint8Array | undefined;

/** Reads a client's packets and answers them. */
export const answering = (answer: Answer) => (socket: Socket) => {
	const packets = parser();
	packets.on("packet", (packet) => {
		const answerBytes = answer(packet, socket);
		if (answerBytes !== undefined) socket.write(answerBytes);
	});
	socket.on("data", (piece) => packets.parse(piece));
};

/** Bytes, written out. */
export const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** CONNACK with a return code. */
export const connack = (code: number): Uint8Array => bytes(0x20, 2, 0, code);

/** SUBACK for a SUBSCRIBE. */
export function suback(packet: Packet, ...codes: number[]): Uint8Array {
	const id = packet.messageId ?? 0;
	return bytes(0x90, 2 + codes.length, id >> 8, id & 0xff, ...codes);
}

/** PUBLISH at QoS 0. */
export const publish = (topic: string, payload: string): Uint8Array =>
	generate({
		cmd: "publish",
		topic,
		payload,
		qos: 0,
		retain: false,
		dup: false,
	});

/** Answers CONNECT and SUBSCRIBE as a good broker does; `more` answers the rest. */
export const willing = (more: Answer = () => undefined) =>
	answering((packet, socket) => {
		if (packet.cmd === "connect") return connack(0);
		if (packet.cmd === "subscribe")
			return Buffer.concat([
				suback(packet, ...packet.subscriptions.map(() => 0)),
				more(packet, socket) ?? bytes(),
			]);
		return more(packet, socket);
	});

/** Any text, lone surrogates and control characters included. */
export const anyText = fc
	.array(fc.oneof(fc.nat(0xff), fc.nat(0xffff)))
	.map((codes) => String.fromCharCode(...codes));
