import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, createServer as createPlainServer, type Server as PlainServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate, type Packet, parser } from "mqtt-packet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { Authority } from "../support/certificates.js";
import { rowsInLane } from "../support/lane.js";
import { Mosquitto } from "../support/mosquitto.js";
import { Nightlight } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";
import { armTools, compiler, describeWith, mosquitto } from "../support/requires.js";

const programs = new Programs();
const servers: (Server | PlainServer)[] = [];
const sockets: WebSocket[] = [];
afterEach(async () => {
	await programs.endAll();
	for (const socket of sockets.splice(0)) socket.terminate();
	for (const server of servers.splice(0)) server.close();
});

const folder = mkdtempSync(join(tmpdir(), "nightlight-ws-"));
const file = (name: string, text: string): string => {
	const path = join(folder, name);
	writeFileSync(path, text, { mode: 0o600 });
	return path;
};
const QUICK = file("quick.json", JSON.stringify({ reconnect: { initial: 50, timeout: 400 } }));

const run = (command: string, url: string, ...words: readonly string[]) =>
	programs.add(
		new Nightlight([command, "--broker", url, "--id", "lamp", "--json", ...words], {
			cwd: mkdtempSync(join(folder, "run-")),
		}),
	);

const linksOf = (program: Nightlight) =>
	program.events.flatMap(({ event, state }) => (event === "link" ? [state] : []));

describeWith([mosquitto], "device and server on Mosquitto over a WebSocket", () => {
	const authority = new Authority("Nightlight Test CA");
	const CA = file("ca.pem", authority.cert);
	let broker: Mosquitto;

	describe("without TLS", () => {
		beforeEach(async () => {
			broker = await Mosquitto.start(programs, undefined, ["protocol websockets"]);
		});

		it("the nightlight works, and says goodbye", async () => {
			const sub = await broker.subscribe("lamp/status");
			const url = `ws://127.0.0.1:${broker.otherPort}/mqtt`;
			const server = run("server", url);
			await server.heard({ event: "link", state: "online" });
			const device = run("device", url, "--light", "100", "--interval", "100");
			await device.heard({ event: "led", on: true });
			expect(linksOf(device)).toEqual(["resolving", "connecting", "handshaking", "online"]);
			expect(await device.end("SIGINT")).toBe(0);
			await sub.until("goodbye", () => sub.lines.includes("lamp/status q0 r0 offline"));
		});

		it("finds its way back when the broker was killed", async () => {
			const device = run("device", `ws://localhost:${broker.otherPort}`);
			await device.heard({ event: "link", state: "online" });
			const before = device.events.length;
			await broker.kill();
			await device.heard({ event: "link", state: "backoff" }, before);
			await broker.up();
			await device.heard({ event: "link", state: "online" }, before);
		});
	});

	it("the nightlight works in TLS, too", async () => {
		const { cert, key } = authority.issue({ names: ["localhost"] });
		const tls = [`cafile ${CA}`, `certfile ${file("b.pem", cert)}`, `keyfile ${file("b.key", key)}`];
		broker = await Mosquitto.start(programs, undefined, ["protocol websockets", ...tls]);
		const url = `wss://localhost:${broker.otherPort}/mqtt`;
		const server = run("server", url, "--ca", CA);
		await server.heard({ event: "link", state: "online" });
		const device = run("device", url, "--ca", CA, "--light", "100", "--interval", "100");
		await device.heard({ event: "led", on: true });
		expect(linksOf(device)).toEqual(["resolving", "connecting", "securing", "handshaking", "online"]);
		const distrustful = run("device", url);
		const { reason } = await distrustful.heard({ event: "link", state: "backoff" });
		expect(reason).toBe("the certificate of localhost is from a CA that is not trusted here");
	});
});

describe.each([
	{ engine: "xs", needs: compiler },
	{ engine: "arm", needs: armTools },
])("the firmware on $engine", ({ engine, needs }) => {
	describeWith([mosquitto, needs], "over a WebSocket in TLS", () => {
		it("works, and hears why when the broker is not to be trusted", async () => {
			const authority = new Authority("Nightlight Test CA");
			const { cert, key } = authority.issue({ names: ["localhost"] });
			const ca = file(`${engine}-ca.pem`, authority.cert);
			const broker = await Mosquitto.start(programs, undefined, [
				"protocol websockets",
				`cafile ${ca}`,
				`certfile ${file(`${engine}.pem`, cert)}`,
				`keyfile ${file(`${engine}.key`, key)}`,
			]);
			const url = `wss://localhost:${broker.otherPort}/mqtt`;
			const device = run("device", url, "--engine", engine, "--ca", ca, "--light", "7");
			await device.heard({ event: "telemetry", payload: { light: 7 } }, 0, 120_000);
			expect(linksOf(device)).toEqual(["resolving", "connecting", "securing", "handshaking", "online"]);
			expect(await device.end("SIGINT")).toBe(0);
			const distrustful = run("device", url, "--engine", engine);
			const { reason } = await distrustful.heard({ event: "link", state: "backoff" });
			expect(reason).toBe("the certificate of localhost is from a CA that is not trusted here");
		}, 150_000);
	});
});

const listen = (server: Server | PlainServer): Promise<string> => {
	servers.push(server);
	return new Promise((resolve) =>
		server.listen(0, "127.0.0.1", () => {
			resolve(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/mqtt`);
		}),
	);
};

interface Behaviour {
	/** The subprotocol it selects out of those offered. */
	select?: (protocols: Set<string>) => string | false;
	/** How it sends a packet. */
	send?: (socket: WebSocket, bytes: Buffer) => void;
	onRequest?: (request: IncomingMessage) => void;
	onConnection?: (socket: WebSocket) => void;
}

/** A broker on npm's `ws` that answers, and no more. Returns its URL. */
async function brokerOn(behaviour: Behaviour): Promise<string> {
	const { select = () => "mqtt", send = (socket, bytes) => socket.send(bytes) } = behaviour;
	const server = createServer();
	const webSockets = new WebSocketServer({ server, handleProtocols: select });
	webSockets.on("connection", (socket, request) => {
		sockets.push(socket);
		behaviour.onRequest?.(request);
		behaviour.onConnection?.(socket);
		const packets = parser();
		socket.on("message", (data: Buffer) => packets.parse(data));
		packets.on("packet", (packet: Packet) => {
			const messageId = packet.messageId ?? 0;
			if (packet.cmd === "connect") {
				send(socket, generate({ cmd: "connack", returnCode: 0, sessionPresent: false }));
			} else if (packet.cmd === "subscribe") {
				const payload = '{"led_on":true}';
				const suback = generate({ cmd: "suback", messageId, granted: [0] });
				const topic = "lamp/commands";
				const command = generate({ cmd: "publish", topic, payload, qos: 0, retain: false, dup: false });
				send(socket, Buffer.concat([suback, command]));
			}
		});
	});
	return listen(server);
}

describe("a broker over a WebSocket that", () => {
	it.each<{ name: string; send: Behaviour["send"] }>([
		{
			name: "sends each byte in a message of its own [MQTT-6.0.0-2]",
			send: (socket, bytes) => bytes.forEach((byte) => void socket.send(Uint8Array.of(byte))),
		},
		{
			name: "sends packets in fragments, with pings between them (RFC 6455, 5.4)",
			send: (socket, bytes) => {
				bytes.forEach((byte, index) => {
					socket.send(Uint8Array.of(byte), { fin: index === bytes.length - 1 });
					socket.ping();
				});
			},
		},
		{
			name: "sends several packets in a message",
			send: (socket, bytes) => socket.send(bytes),
		},
	])("$name is understood", async ({ send }) => {
		const device = run("device", await brokerOn({ ...(send && { send }) }));
		await device.heard({ event: "led", on: true });
	});

	it("asks for a pong gets it, and is asked for `mqtt` [MQTT-6.0.0-3]", async () => {
		const requests: IncomingMessage[] = [];
		let onPong = (_: string) => {};
		const pong = new Promise<string>((resolve) => {
			onPong = resolve;
		});
		const url = await brokerOn({
			onRequest: (request) => requests.push(request),
			onConnection: (socket) => {
				socket.on("pong", (data: Buffer) => onPong(`${data}`));
				socket.ping("are you there?");
			},
		});
		const device = run("device", url);
		expect(await pong).toBe("are you there?");
		await device.heard({ event: "link", state: "online" });
		expect(requests[0]?.url).toBe("/mqtt");
		expect(requests[0]?.headers["sec-websocket-protocol"]).toBe("mqtt");
	});

	it.each(
		rowsInLane<{ name: string; behaviour: Behaviour; code: string; reason: string }>([
			{
				name: "selects no subprotocol",
				behaviour: { select: () => false },
				code: "websocket-refused",
				reason: "the broker does not select the subprotocol mqtt",
			},
			{
				name: "selects another subprotocol",
				behaviour: { select: () => "chat" },
				code: "websocket-refused",
				reason: 'the broker selects the subprotocol "chat", not mqtt',
			},
			{
				name: "sends text [MQTT-6.0.0-1]",
				behaviour: { send: (socket, bytes) => socket.send(bytes.toString("latin1")) },
				code: "protocol-violation",
				reason: "a text frame, where MQTT is binary [MQTT-6.0.0-1]",
			},
			{
				name: "closes with a reason",
				behaviour: { send: (socket) => socket.close(1013, "try again later") },
				code: "closed-by-broker",
				reason: 'the broker closed the WebSocket (1013, "try again later")',
			},
		]),
	)("$name is left, with the reason, and tried again", async ({ behaviour, code, reason }) => {
		const device = run("device", await brokerOn(behaviour), "--config", QUICK);
		const first = await device.heard({ event: "link", state: "backoff" });
		expect([first.code, first.reason]).toEqual([code, reason]);
		await device.heard({ event: "link", state: "backoff" }, device.events.indexOf(first) + 1);
		expect(await device.end("SIGINT")).toBe(0);
		expect(device.errors).toBe("");
	});

	it.each(
		rowsInLane<{ name: string; server: () => Server | PlainServer; code: string; reason: RegExp }>([
			{
				name: "has nothing at that path",
				server: () => createServer((_, response) => response.writeHead(404).end()),
				code: "websocket-refused",
				reason: /^the broker answers "404 Not Found"$/,
			},
			{
				name: "speaks MQTT without a WebSocket",
				server: () =>
					createPlainServer((socket) => socket.on("error", () => {}).write(Uint8Array.of(0x20, 2, 0, 5))),
				code: "other-protocol",
				reason: /^the broker does not speak HTTP$/,
			},
			{
				name: "closes the connection in the handshake",
				server: () =>
					createPlainServer((socket) => socket.on("error", () => {}).once("data", () => socket.end())),
				code: "closed-by-broker",
				reason:
					/^127\.0\.0\.1:\d+ closed the connection in the WebSocket handshake; perhaps this port speaks TLS or MQTT/,
			},
			{
				name: "stalls in the handshake",
				server: () =>
					createPlainServer((socket) =>
						socket.on("error", () => {}).setTimeout(5000, () => socket.destroy()),
					),
				code: "timeout-connecting",
				reason: /^opening the connection took longer than 400 ms$/,
			},
		]),
	)("$name is left, with the reason, and tried again", async ({ server, code, reason }) => {
		const device = run("device", await listen(server()), "--config", QUICK);
		const first = await device.heard({ event: "link", state: "backoff" });
		expect(first.code).toBe(code);
		expect(first.reason).toMatch(reason);
		await device.heard({ event: "link", state: "backoff" }, device.events.indexOf(first) + 1);
		expect(await device.end("SIGINT")).toBe(0);
	});
});
