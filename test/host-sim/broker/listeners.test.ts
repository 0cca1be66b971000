import { connect as dialTls } from "node:tls";
import type { IClientOptions } from "mqtt";
import { describe, expect, it } from "vitest";
import WebSocket from "ws";
import type { BrokerOptions } from "../../../host-sim/broker/broker.js";
import type { BrokerEvent, Transport } from "../../../host-sim/broker/events.js";
import { ListenError } from "../../../host-sim/broker/listen.js";
import { readPasswordFile } from "../../../host-sim/broker/password-file.js";
import { Authority } from "../../support/certificates.js";
import { CONNECT, cleanups, client, connected, raw, start } from "./support.js";

const authority = new Authority("Nightlight Test CA");
const secrets = authority.issue({ names: ["localhost", "127.0.0.1"] });
const ALL: readonly Transport[] = ["mqtt", "mqtts", "ws", "wss"];
/** `lamp` with the password `secret`, by mosquitto_passwd -H sha512. */
const USERS = readPasswordFile(
	"lamp:$6$ECh34RFu2EAjvpXV$PCEdwuPiSxWgeZnLiqujDOvvwkVeWaObXvUONYiJinNBh0Zckz8d4EYbUHscrMTp9R1MhWeVt91gbx4+3QQpEQ==",
);

/** A broker on free ports of each protocol, and the URL of each. */
async function startAll(options: Partial<BrokerOptions> = {}) {
	const listeners = (["mqtts", "ws", "wss"] as const).map((protocol) => ({ protocol, port: 0 }));
	const started = await start({ listeners, secrets, ...options });
	const urlOf = (protocol: Transport) =>
		started.broker.listeners.find((one) => one.protocol === protocol)?.url as string;
	const portOf = (protocol: Transport) => Number(new URL(urlOf(protocol)).port);
	return { ...started, urlOf, portOf };
}

/** Why a client is not let in. */
const refusal = (url: string, options: IClientOptions = {}) =>
	new Promise<string>((resolve) => {
		const started = client(url, { ca: authority.cert, ...options });
		started.on("error", (error) => resolve(error.message)).on("close", () => resolve("closed"));
	});

const rejected = (events: readonly BrokerEvent[]) =>
	events.flatMap((event) => (event.event === "rejected" ? [[event.code, event.reason]] : []));

describe("a broker with several ports", () => {
	it.each(ALL)("carries messages from %s to all", async (protocol) => {
		const { urlOf } = await startAll();
		const receivers = await Promise.all(
			ALL.map((one) => connected(urlOf(one), `to-${one}`, { ca: authority.cert })),
		);
		const got: string[] = [];
		for (const receiver of receivers) {
			receiver.on("message", (_topic, payload) => got.push(String(payload)));
			await receiver.subscribeAsync("a", { qos: 1 });
		}
		const sender = await connected(urlOf(protocol), "sender", { ca: authority.cert });
		await sender.publishAsync("a", "x".repeat(100_000), { qos: 1 });
		await expect.poll(() => got.map(({ length }) => length)).toEqual([100_000, 100_000, 100_000, 100_000]);
	});

	it("says where it listens, and how each is spoken to", async () => {
		const { broker, events, urlOf } = await startAll();
		expect(events.map((event) => (event.event === "listening" ? event.protocol : ""))).toEqual(ALL);
		expect(broker.url).toBe(urlOf("mqtt"));
		expect(urlOf("wss")).toMatch(/^wss:\/\/127\.0\.0\.1:\d+\/mqtt$/);
		expect(broker.listeners.every(({ loopback }) => loopback)).toBe(true);
	});

	it("has no plain one when it is told so", async () => {
		const { broker } = await start({ port: null, listeners: [{ protocol: "mqtts", port: 0 }], secrets });
		expect(broker.listeners.map(({ protocol }) => protocol)).toEqual(["mqtts"]);
		expect(broker.url).toMatch(/^mqtts:/);
	});

	it("closes all when one is taken, and names its option", async () => {
		const other = await start();
		const { port } = other.broker;
		const plain = await start();
		const free = plain.broker.port;
		await plain.broker.stop();
		const listeners = [{ protocol: "ws" as const, port }];
		await expect(start({ port: free, listeners })).rejects.toThrow(
			new ListenError(`port ${port} on 127.0.0.1 is taken; choose another with --ws-port`),
		);
		expect((await start({ port: free })).broker.port).toBe(free);
	});

	it.each<{ name: string; options: Partial<BrokerOptions> }>([
		{ name: "TLS without a certificate", options: { listeners: [{ protocol: "mqtts", port: 0 }] } },
		{ name: "a port that is none", options: { listeners: [{ protocol: "ws", port: 65_536 }] } },
		{ name: "no port at all", options: { port: null } },
		{ name: "a limit that is none", options: { limits: { maxPacket: 1 } } },
	])("throws on $name", async ({ options }) => {
		await expect(start(options)).rejects.toThrow(RangeError);
	});

	it("stops with clients on each", async () => {
		const { broker, urlOf, portOf } = await startAll();
		const clients = await Promise.all(ALL.map((one) => connected(urlOf(one), one, { ca: authority.cert })));
		const idle = ALL.map((one) => raw(portOf(one)));
		const before = performance.now();
		await broker.stop();
		expect(performance.now() - before).toBeLessThan(1_500);
		await Promise.all(idle.map(({ closed }) => closed));
		await expect.poll(() => clients.map(({ connected }) => connected)).toEqual([false, false, false, false]);
	});
});

describe("a broker with users", () => {
	it.each(ALL)("lets a user in over %s, and nobody else", async (protocol) => {
		const { urlOf, events } = await startAll({ users: USERS });
		const url = urlOf(protocol);
		await connected(url, "good", { ca: authority.cert, username: "lamp", password: "secret" });
		const REFUSED = "Connection refused: Bad username or password";
		expect(await refusal(url, { username: "lamp", password: "Secret" })).toBe(REFUSED);
		expect(await refusal(url, { username: "nobody", password: "secret" })).toBe(REFUSED);
		expect(await refusal(url, { username: "lamp" })).toBe(REFUSED);
		expect(await refusal(url)).toBe(REFUSED);
		await expect.poll(() => rejected(events)).toHaveLength(4);
		expect(rejected(events)[0]).toEqual(["bad-credentials", "bad user name or password"]);
		expect(JSON.stringify(events)).not.toMatch(/ecret/);
	});
});

describe("a broker with TLS", () => {
	it.each(["mqtts", "wss"] as const)(
		"wants a client certificate over %s when it has a CA",
		async (protocol) => {
			const { urlOf, events } = await startAll({ secrets: { ...secrets, ca: authority.cert } });
			const lamp = authority.issue({ names: ["lamp"] });
			await connected(urlOf(protocol), "good", { ca: authority.cert, ...lamp });
			const stranger = new Authority("Somebody Else").issue({ names: ["lamp"] });
			expect(await refusal(urlOf(protocol), stranger)).not.toBe("");
			expect(await refusal(urlOf(protocol))).not.toBe("");
			await expect.poll(() => rejected(events).map(([code]) => code)).toEqual(["tls-failed", "tls-failed"]);
		},
	);

	it("takes a CONNECT that comes with the end of the handshake", async () => {
		const { portOf, told } = await startAll();
		const socket = dialTls({ host: "127.0.0.1", port: portOf("mqtts"), ca: authority.cert });
		cleanups.push(() => socket.destroy());
		socket.write(CONNECT);
		await told({ event: "connected", client: "raw" });
	});
});

describe("a WebSocket", () => {
	/** The status of the answer; 101 when it was let in. */
	const statusOf = (url: string, protocols: string[], headers: Record<string, string> = {}) =>
		new Promise<number>((resolve) => {
			const socket = new WebSocket(url, protocols, { headers });
			cleanups.push(() => socket.terminate());
			socket.on("open", () => resolve(101)).on("error", () => {});
			socket.on("unexpected-response", (_request, { statusCode = 0 }) => resolve(statusCode));
		});

	it.each([
		{ protocols: ["mqtt"], status: 101 },
		{ protocols: ["other", "mqtt"], status: 101 },
		{ protocols: ["mqttv3.1"], status: 101 },
		{ protocols: ["other"], status: 400 },
		{ protocols: [], status: 400 },
	])("that offers $protocols gets $status [MQTT-6.0.0-3]", async ({ protocols, status }) => {
		const { urlOf } = await startAll();
		expect(await statusOf(urlOf("ws"), protocols)).toBe(status);
	});

	it.each([
		{ origin: "http://localhost:8080", status: 101 },
		{ origin: "http://127.0.0.1", status: 101 },
		{ origin: "http://[::1]:1", status: 101 },
		{ origin: "https://page.localhost", status: 101 },
		{ origin: "https://evil.example", status: 403 },
		{ origin: "https://localhost.evil.example", status: 403 },
		{ origin: "https://127.0.0.1.evil.example", status: 403 },
		{ origin: "null", status: 403 },
		{ origin: "file://", status: 403 },
	])("of a page of $origin gets $status", async ({ origin, status }) => {
		const { urlOf } = await startAll();
		expect(await statusOf(urlOf("ws"), ["mqtt"], { origin })).toBe(status);
	});

	it("with a text frame is closed [MQTT-6.0.0-1]", async () => {
		const { urlOf, told } = await startAll();
		const socket = new WebSocket(urlOf("ws"), ["mqtt"]);
		const closed = new Promise((resolve) => socket.on("close", resolve).on("error", () => {}));
		socket.on("open", () => socket.send("text"));
		await closed;
		await told({
			event: "rejected",
			address: "127.0.0.1",
			code: "protocol-violation",
			reason: "a text frame where MQTT wants a binary one",
		});
	});

	it("may carry packets cut anywhere", async () => {
		const { urlOf, told } = await startAll();
		const socket = new WebSocket(urlOf("ws"), ["mqtt"]);
		cleanups.push(() => socket.terminate());
		socket.on("open", () => {
			for (const byte of CONNECT) socket.send(Uint8Array.of(byte));
		});
		await told({ event: "connected", client: "raw" });
	});

	it("that is none is told what the port is for", async () => {
		const { portOf } = await startAll();
		const response = await fetch(`http://127.0.0.1:${portOf("ws")}/`);
		expect(response.status).toBe(426);
		expect(await response.text()).toBe("This port is for MQTT over WebSocket.\n");
	});
});

describe("a client at the wrong port", () => {
	it.each([
		{
			at: "mqtt",
			bytes: Buffer.from("GET / HTTP/1.1\r\n\r\n"),
			reason: /^this client seems to speak HTTP \(.*--ws-port\)$/,
		},
		{
			at: "mqtt",
			bytes: Buffer.of(0x16, 3, 1, 2, 0, 1),
			reason: /^this client seems to speak TLS \(.*--tls-port\)$/,
		},
		{ at: "mqtt", bytes: Buffer.from("SSH-2.0-x\r\n"), reason: /^this client seems to speak SSH$/ },
		{ at: "mqtts", bytes: CONNECT, reason: /^the TLS handshake failed \(.+\)$/ },
		{ at: "ws", bytes: CONNECT, reason: /^this client does not speak HTTP, with which a WebSocket begins$/ },
	] as const)("$at is closed and told: $reason", async ({ at, bytes, reason }) => {
		const { portOf, events } = await startAll();
		const { socket, closed } = raw(portOf(at));
		socket.resume().write(bytes);
		await closed;
		await expect.poll(() => rejected(events)).toHaveLength(1);
		expect(rejected(events)[0]?.[1]).toMatch(reason);
	});
});

describe("a packet above the limit", () => {
	const reason = "a packet of 20016 bytes is larger than the limit of 20000 (--max-packet)";

	it.each(ALL)("ends the connection over %s, and another of just the limit does not", async (protocol) => {
		const { urlOf, told, events } = await startAll({ limits: { maxPacket: 20_000 } });
		const options = { ca: authority.cert };
		// Four bytes of header, two of the topic's length, one of the topic.
		const good = await connected(urlOf(protocol), "good", options);
		await good.publishAsync("a", Buffer.alloc(20_000 - 9), { qos: 1 });
		const bad = await connected(urlOf(protocol), "bad", options);
		bad.on("error", () => {});
		const closed = new Promise<void>((resolve) => bad.once("close", () => resolve()));
		bad.publish("a", Buffer.alloc(20_009), { qos: 0 });
		await closed;
		await told({ event: "disconnected", client: "bad", code: "packet-too-large", reason });
		expect(good.connected).toBe(true);
		expect(events.some((event) => event.event === "disconnected" && event.client === "good")).toBe(false);
	});

	it("ends a connection that begins with it", async () => {
		const { broker, told } = await start();
		const { socket, closed } = raw(broker.port);
		socket.write(Buffer.of(0x10, 0xff, 0xff, 0xff, 0x7f));
		await closed;
		await told({
			event: "rejected",
			address: "127.0.0.1",
			code: "packet-too-large",
			reason: "a packet of 268435460 bytes is larger than the limit of 262144 (--max-packet)",
		});
	});
});
