import { describe, expect, it } from "vitest";
import type { TCP } from "../../../firmware/ecma-419.js";
import { WebSocket } from "../../../firmware/websocket/websocket.js";
import { seededRandom } from "../../support/virtual/random.js";
import type { Peer } from "../../support/virtual/socket.js";
import { connect, pattern, Server } from "./rig.js";
import { frame, sha1 } from "./support.js";

describe("a WebSocket in the shape of a TCP socket", () => {
	it("may be written when the server has agreed, not before", async () => {
		const server = new Server();
		const { heard, socket } = connect(server);
		server.clock.advance(1);
		expect(heard).toEqual([]);
		expect(() => socket.write(new Uint8Array(1))).toThrow("not connected");
		await server.wait();
		expect(heard).toEqual(["writable"]);
		expect(server.request).toMatch(/^GET \/mqtt HTTP\/1\.1\r\nHost: broker\.test:9001\r\n/);
	});

	it("tells that TLS begins", async () => {
		const server = new Server();
		const { heard } = connect(server, { tls: true });
		await server.wait();
		expect(heard).toEqual(["securing", "writable"]);
	});

	it("sends binary messages, masked, each with a mask of its own [MQTT-6.0.0-1]", async () => {
		const server = new Server();
		const { socket } = connect(server);
		await server.wait();
		const raw: Uint8Array[] = [];
		const { onData = () => {} } = server.peer ?? {};
		(server.peer as Peer).onData = (bytes) => {
			raw.push(bytes);
			onData(bytes);
		};
		for (let round = 0; round < 3; round++) {
			socket.write(new Uint8Array(4));
			await server.wait();
		}
		expect(server.received).toEqual(["binary 4", "binary 4", "binary 4"]);
		expect(new Set(raw.map((bytes) => Buffer.from(bytes.subarray(2, 6)).toString("hex"))).size).toBe(3);
	});

	it.each([
		{ name: "with room for a packet", writable: 1460, chunk: Number.POSITIVE_INFINITY, tellsRoom: true },
		{ name: "with next to no room, and bytes that come one by one", writable: 3, chunk: 1, tellsRoom: true },
		{ name: "over a socket that does not tell its room", writable: 200, chunk: 7, tellsRoom: false },
	])("carries bytes both ways $name", async ({ name: _, ...network }) => {
		const server = new Server();
		Object.assign(server.network, network);
		const client = connect(server);
		await server.wait(3000);
		const sent = pattern(1000);
		await client.write(sent);
		await server.wait(3000);
		expect(server.bytes.equals(sent)).toBe(true);
		server.send(
			frame(2, sent.subarray(0, 500), false),
			frame(9, Buffer.from("?")),
			frame(0, sent.subarray(500)),
		);
		await server.wait(3000);
		expect(client.received().equals(sent)).toBe(true);
		expect(server.received.at(-1)).toBe("pong ?");
		expect(client.heard).toEqual(["writable"]);
	});

	it("takes what comes right behind the answer", async () => {
		const server = new Server();
		server.greeting = frame(2, pattern(5));
		const { received } = connect(server);
		await server.wait();
		expect([...received()]).toEqual([...pattern(5)]);
	});

	it("takes nothing from the network while the program reads nothing", async () => {
		const server = new Server();
		const { received, read } = connect(server, { reads: false });
		await server.wait();
		server.send(frame(9, Buffer.from("early")), frame(2, pattern(300)));
		await server.wait();
		expect(server.received).toEqual([]);
		read();
		await server.wait();
		expect([...received()]).toEqual([...pattern(300)]);
		expect(server.received).toEqual(["pong early"]);
	});

	it("counts what it holds already when more comes, for a program that reads as much as it was told", async () => {
		const server = new Server();
		const counts: number[] = [];
		const { socket } = connect(server, { reads: false, onReadable: (count) => counts.push(count) });
		await server.wait();
		server.send(frame(2, pattern(100)), frame(2, pattern(100)));
		await server.wait();
		// Takes more than the first of the two messages off the network, and is kept from going on.
		expect(socket.read(150)?.byteLength).toBe(100);
		server.send(frame(2, pattern(5)));
		await server.wait();
		let left = counts.at(-1) as number;
		let read = 100;
		for (;;) {
			const bytes = left > 0 ? socket.read(Math.min(left, 50)) : undefined;
			if (bytes === undefined) break;
			left -= bytes.byteLength;
			read += bytes.byteLength;
		}
		expect(read).toBe(205);
	});

	it("says goodbye when it is closed (RFC 6455, 7.1.2), and hears nothing after", async () => {
		const server = new Server();
		const { heard, socket } = connect(server);
		await server.wait();
		socket.close();
		socket.close();
		server.send(frame(2, pattern(3)));
		await server.wait();
		expect(server.received).toEqual(["close 1000"]);
		expect(server.isClosed).toBe(true);
		expect(heard).toEqual(["writable"]);
		expect(server.network.sockets).toBe(0);
	});

	it("takes an ArrayBuffer too", async () => {
		const server = new Server();
		const { socket } = connect(server);
		await server.wait();
		socket.write(pattern(5).buffer as ArrayBuffer);
		await server.wait();
		expect(server.received).toEqual(["binary 5"]);
		expect(new Uint8Array(server.bytes)).toEqual(pattern(5));
	});

	it("is closed quietly in its handshake", async () => {
		const server = new Server();
		server.answer = undefined;
		const { heard, socket } = connect(server);
		await server.wait();
		socket.close();
		await server.wait();
		expect([heard, server.received, server.network.sockets]).toEqual([[], [], 0]);
	});

	it.each([3, 48, 64, 75, 90, 200, 1460])(
		"tells of more room than it told before, each time (%d)",
		async (writable) => {
			const server = new Server();
			server.network.writable = writable;
			const unfounded: string[] = [];
			let known = 0;
			let left = 2000;
			const socket = new WebSocket({
				...{ address: "192.0.2.1", port: 80, host: "broker.test", path: "/", protocol: "mqtt" },
				...{ random: seededRandom(3), sha1, socket: { io: server.network.TCP } },
				onWritable(count) {
					if (count <= known) unfounded.push(`${count} after ${known}`);
					known = count;
					while (left > 0 && known > 0) {
						const size = Math.min(left, known);
						left -= size;
						known = this.write(new Uint8Array(size)) as number;
					}
				},
			});
			for (let turn = 0; turn < 5; turn++) {
				await server.wait(500);
				server.send(frame(9, pattern(turn * 20)));
			}
			await server.wait(3000);
			expect({ unfounded, left }).toEqual({ unfounded: [], left: 0 });
			expect(server.bytes).toHaveLength(2000);
			socket.close();
		},
	);

	it("takes what it told of, also when a pong has taken room meanwhile", async () => {
		const server = new Server();
		server.network.writable = 48;
		let writes = 1;
		const { heard, socket } = connect(server, {
			onReadable: () => {
				// Reading finds the ping, and its pong does not leave whole.
				socket.read(1);
				if (writes++ === 0) socket.write(pattern(64));
			},
			reads: false,
		});
		await server.wait();
		writes = 0;
		server.send(frame(9, pattern(60)));
		await server.wait(1000);
		expect(server.received).toEqual([`pong ${Buffer.from(pattern(60))}`, "binary 64"]);
		expect(server.bytes.equals(pattern(64))).toBe(true);
		expect(heard).toEqual(["writable"]);
	});

	it("has TLS look for the host's name of the server, where there is one", () => {
		const seen: unknown[] = [];
		const { TCP } = new Server().network;
		class Secure extends TCP {
			constructor(options: ConstructorParameters<typeof TCP>[0] & { tls?: unknown }) {
				super(options);
				seen.push(options.tls);
			}
		}
		for (const tls of [{}, { host: "front.test", applicationLayerProtocol: "mqtt" }]) {
			new WebSocket({
				...{ address: "192.0.2.1", port: 443, host: "broker.test", path: "/", protocol: "mqtt" },
				...{ random: seededRandom(3), sha1, socket: { io: Secure, tls } },
			}).close();
		}
		expect(seen).toEqual([{ host: "broker.test" }, { host: "front.test", applicationLayerProtocol: "mqtt" }]);
	});

	it("refuses more than may be written, and writes none of it", async () => {
		const server = new Server();
		const { socket } = connect(server);
		await server.wait();
		expect(() => socket.write(new Uint8Array(5000))).toThrow("cannot write 5000 bytes at present");
		await server.wait();
		expect(server.received).toEqual([]);
	});
});

describe("a WebSocket fails, once, later and with a reason,", () => {
	it.each([
		{
			name: "for text [MQTT-6.0.0-1]",
			frames: [frame(1, Buffer.from("hi"))],
			goodbye: "close 1003",
			code: "protocol-violation",
			reason: /^a text frame, where MQTT is binary/,
		},
		{
			name: "for a breach",
			frames: [frame(0, pattern(1))],
			goodbye: "close 1002",
			code: "protocol-violation",
			reason: /^a continuation of nothing/,
		},
		{
			name: "when the server closes it",
			frames: [frame(8, Buffer.from("\x03\xe9restart", "latin1"))],
			goodbye: "close 1001",
			code: "closed-by-broker",
			reason: /^the broker closed the WebSocket \(1001, "restart"\)$/,
		},
		{
			name: "when the server closes it without a code",
			frames: [frame(8, pattern(0))],
			goodbye: "close 1000",
			code: "closed-by-broker",
			reason: /^the broker closed the WebSocket \(1005\)$/,
		},
	])("$name", async ({ frames, goodbye, code, reason }) => {
		const server = new Server();
		const { heard, socket, received } = connect(server);
		await server.wait();
		server.send(frame(2, pattern(2)), ...frames, frame(2, pattern(9)));
		await server.wait();
		expect(heard).toEqual(["writable", expect.stringMatching(/^error: /)]);
		expect(heard[1]).toMatch(new RegExp(`^error: ${code}, ${reason.source.slice(1)}`));
		expect(server.received).toEqual([goodbye]);
		expect(received()).toHaveLength(2);
		expect(server.network.sockets).toBe(0);
		expect(() => socket.write(pattern(1))).toThrow(reason);
		expect(socket.read()).toBeUndefined();
		socket.close();
	});

	it("when the server selects another subprotocol [MQTT-6.0.0-4]", async () => {
		const server = new Server();
		const { answer } = server;
		server.answer = (accept) => answer?.(accept).replace("mqtt", "chat") ?? "";
		const { heard } = connect(server);
		await server.wait();
		expect(heard).toEqual(['error: websocket-refused, the broker selects the subprotocol "chat", not mqtt']);
		expect(server.network.sockets).toBe(0);
	});

	it.each([
		{
			name: "in the handshake",
			isOpen: false,
			reason: "connection-lost, connection reset in the WebSocket handshake",
		},
		{ name: "later", isOpen: true, reason: "connection-lost, connection reset" },
		{
			name: "in the handshake, and the socket does not say why",
			isOpen: false,
			tellsWhy: false,
			reason: "connection-lost, connection lost in the WebSocket handshake",
		},
		{
			name: "later, and the socket does not say why",
			isOpen: true,
			tellsWhy: false,
			reason: "undefined, undefined",
		},
	])("when the connection breaks $name", async ({ isOpen, tellsWhy = true, reason }) => {
		const server = new Server();
		server.network.tellsWhy = tellsWhy;
		if (!isOpen) server.answer = undefined;
		const { heard } = connect(server);
		await server.wait();
		server.peer?.reset();
		await server.wait();
		expect(heard.filter((line) => line !== "writable")).toEqual([`error: ${reason}`]);
	});

	it("when there is no connection at all", async () => {
		const server = new Server();
		server.network.attempt = "refuse";
		const { heard } = connect(server);
		await server.wait();
		expect(heard).toEqual(["error: connection-refused, connection refused"]);
	});

	it("when the socket takes no more bytes", async () => {
		const server = new Server();
		const { heard, socket } = connect(server);
		await server.wait();
		// Moddable's lwIP sockets know of the end before they tell of it.
		server.peer?.end(frame(9, Buffer.from("still there?")));
		await server.wait();
		expect(heard).toEqual(["writable", "error: connection-lost, not connected"]);
		expect(() => socket.write(pattern(1))).toThrow("not connected");
		expect(server.network.sockets).toBe(0);
	});

	it("but not any more when it was closed meanwhile", async () => {
		const server = new Server();
		const { heard, socket, read } = connect(server, { reads: false });
		await server.wait();
		server.send(frame(1, Buffer.from("hi")));
		await server.wait();
		read();
		socket.close();
		await server.wait();
		expect(heard).toEqual(["writable"]);
	});
});
