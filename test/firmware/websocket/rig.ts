import { expect } from "vitest";
import type { TCP } from "../../../firmware/ecma-419.js";
import { acceptOf } from "../../../firmware/websocket/handshake.js";
import { WebSocket } from "../../../firmware/websocket/websocket.js";
import { VirtualClock } from "../../support/virtual/clock.js";
import { VirtualNetwork } from "../../support/virtual/network.js";
import { seededRandom } from "../../support/virtual/random.js";
import type { Peer } from "../../support/virtual/socket.js";
import { newReceiver, sha1 } from "./support.js";

/** A server at the far end of a virtual network: a handshake, and npm's `ws` for the frames. */
export class Server {
	readonly clock = new VirtualClock();
	readonly network = new VirtualNetwork(this.clock);
	peer: Peer | undefined;
	request = "";
	/** What the client sent: messages, and control frames with their payload, in order. */
	readonly received: string[] = [];
	bytes = Buffer.alloc(0);
	isClosed = false;
	/** What it answers to the request; nothing, when undefined. */
	answer: ((accept: string) => string) | undefined = (accept) =>
		[
			"HTTP/1.1 101 Switching Protocols",
			"Upgrade: websocket",
			"Connection: Upgrade",
			`Sec-WebSocket-Accept: ${accept}`,
			"Sec-WebSocket-Protocol: mqtt",
			"\r\n",
		].join("\r\n");
	/** What it sends right behind the answer. */
	greeting: Buffer = Buffer.alloc(0);

	constructor() {
		this.network.onConnection = (peer) => {
			this.peer = peer;
			const receiver = newReceiver();
			receiver.on("message", (data: Buffer, isBinary: boolean) => {
				this.bytes = Buffer.concat([this.bytes, data]);
				this.received.push(`${isBinary ? "binary" : "text"} ${data.length}`);
			});
			receiver.on("pong", (data: Buffer) => this.received.push(`pong ${data}`));
			receiver.on("conclude", (code: number) => this.received.push(`close ${code}`));
			receiver.on("error", (error: Error) => this.received.push(`error ${error.message}`));
			let isOpen = false;
			peer.onData = (bytes) => {
				if (isOpen) {
					receiver.write(Buffer.from(bytes));
					return;
				}
				this.request += Buffer.from(bytes).toString("latin1");
				if (!this.request.endsWith("\r\n\r\n") || this.answer === undefined) return;
				isOpen = true;
				const key = /Sec-WebSocket-Key: (.*)\r\n/.exec(this.request)?.[1] ?? "";
				peer.send(Buffer.concat([Buffer.from(this.answer(acceptOf(key, sha1))), this.greeting]));
			};
			peer.onClose = () => {
				this.isClosed = true;
			};
		};
	}

	send(...frames: readonly Uint8Array[]): void {
		this.peer?.send(Buffer.concat(frames));
	}

	/** Lets time go by, and what waits for the end of a call happen. */
	async wait(milliseconds = 50): Promise<void> {
		await this.clock.advanceWith(() => Promise.resolve(), milliseconds);
		await new Promise((done) => setImmediate(done));
	}
}

/** A program that reads what comes at once, and notes what it hears. */
export function connect(
	server: Server,
	{ reads = true, tls = false, onReadable = (_: number): void => {} } = {},
) {
	const heard: string[] = [];
	let received = Buffer.alloc(0);
	let room = -1;
	const target = {};
	const socket = new WebSocket({
		address: "192.0.2.1",
		port: 9001,
		host: "broker.test",
		path: "/mqtt",
		protocol: "mqtt",
		random: seededRandom(7),
		sha1,
		socket: { io: server.network.TCP, ...(tls && { tls: {} }) },
		target,
		onSecuring: () => heard.push("securing"),
		onWritable(this: TCP, count) {
			expect([this, this.target]).toEqual([socket, target]);
			if (room < 0) heard.push("writable");
			room = count;
		},
		onReadable: (count) => {
			onReadable(count);
			if (reads) read();
		},
		onError: (error) => heard.push(`error: ${error?.code}, ${error?.message}`),
	});
	const read = (): void => {
		for (let bytes = socket.read(100); bytes !== undefined; bytes = socket.read(100)) {
			expect(bytes.byteLength).toBeLessThanOrEqual(100);
			received = Buffer.concat([received, Buffer.from(bytes)]);
		}
	};
	return {
		socket,
		heard,
		read,
		received: () => received,
		/** Writes all of it, as there is room. */
		write: async (bytes: Uint8Array): Promise<void> => {
			for (let at = 0; at < bytes.length; await server.wait()) {
				if (room <= 0) continue;
				const piece = bytes.subarray(at, at + room);
				at += piece.length;
				room = socket.write(piece);
			}
		},
	};
}

export const pattern = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index * 7);
