import { type AddressInfo, createServer, connect as dial } from "node:net";
import fc from "fast-check";
import { connect, type IClientOptions } from "mqtt";
import { generate, type IConnectPacket, parser as makeParser, type Packet } from "mqtt-packet";
import { afterEach, describe, expect, it } from "vitest";
import { type BrokerOptions, startBroker } from "../../../host-sim/broker/broker.js";
import type { BrokerEvent } from "../../../host-sim/broker/events.js";
import { isLoopback, ListenError, urlOf } from "../../../host-sim/broker/listen.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(options: Partial<BrokerOptions> = {}) {
	const events: BrokerEvent[] = [];
	const broker = await startBroker({
		port: 0,
		onEvent: (event) => events.push(event),
		...options,
	});
	cleanups.push(() => broker.stop());
	const told = (event: Partial<BrokerEvent>) =>
		expect.poll(() => events, { interval: 5 }).toContainEqual(event);
	return { broker, events, told };
}

function client(url: string, options: IClientOptions = {}) {
	const started = connect(url, { reconnectPeriod: 0, ...options });
	cleanups.push(() => started.endAsync(true));
	return started;
}

async function connected(url: string, clientId: string, more: IClientOptions = {}) {
	const started = client(url, { clientId, ...more });
	await new Promise((resolve) => started.once("connect", resolve));
	return started;
}

/** A raw connection; what it gets is kept. */
function raw(port: number) {
	const socket = dial(port, "127.0.0.1").on("error", () => {});
	cleanups.push(() => socket.destroy());
	const closed = new Promise((resolve) => socket.on("close", resolve));
	return { socket, closed };
}

const CONNECT_PACKET: IConnectPacket = {
	cmd: "connect",
	clientId: "raw",
	protocolId: "MQTT",
	protocolVersion: 4,
	clean: true,
	keepalive: 0,
};
const CONNECT = generate(CONNECT_PACKET);

/** A connection on which a test says and hears packet by packet. */
async function spoken(port: number, connect: IConnectPacket) {
	const { socket } = raw(port);
	const parser = makeParser();
	const packets: Packet[] = [];
	parser.on("packet", (packet) => packets.push(packet));
	socket.on("data", (bytes) => parser.parse(bytes));
	const say = (packet: Packet) => socket.write(generate(packet));
	/** All of a kind, once there are so many. */
	const heard = async <Kind extends Packet["cmd"]>(kind: Kind, count: number) => {
		const found = () => packets.filter((packet): packet is Packet & { cmd: Kind } => packet.cmd === kind);
		await expect.poll(found).toHaveLength(count);
		return found();
	};
	say(connect);
	await heard("connack", 1);
	return { socket, say, heard };
}

/** Takes a port on which nothing listened. */
async function takePort(): Promise<number> {
	const server = createServer();
	cleanups.push(() => server.close());
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return (server.address() as AddressInfo).port;
}

describe("the broker", () => {
	it("carries messages, keeps retained ones, and tells who comes and goes", async () => {
		const { broker, events, told } = await start();
		expect(broker).toMatchObject({
			host: "127.0.0.1",
			url: `mqtt://127.0.0.1:${broker.port}`,
			loopback: true,
		});
		const sender = await connected(broker.url, "sender");
		await sender.publishAsync("a/b", "kept", { retain: true, qos: 1 });
		const receiver = await connected(broker.url, "receiver");
		const got: string[] = [];
		receiver.on("message", (topic, payload) => got.push(`${topic} ${payload}`));
		await receiver.subscribeAsync("+/b", { qos: 2 });
		for (const qos of [0, 1, 2] as const) await sender.publishAsync("x/b", `${qos}`, { qos });
		await expect.poll(() => [...got].sort()).toEqual(["a/b kept", "x/b 0", "x/b 1", "x/b 2"]);
		await sender.endAsync();
		await told({ event: "disconnected", client: "sender" });
		expect(events.slice(0, 3)).toEqual([
			{ event: "listening", host: "127.0.0.1", port: broker.port, loopback: true },
			{ event: "connected", client: "sender" },
			{ event: "connected", client: "receiver" },
		]);
	});

	it("carries a message of a megabyte", async () => {
		const { broker } = await start();
		const receiver = await connected(broker.url, "receiver");
		await receiver.subscribeAsync("big");
		const length = new Promise((resolve) =>
			receiver.on("message", (_topic, payload) => resolve(payload.length)),
		);
		await receiver.publishAsync("big", Buffer.alloc(1_000_000), { qos: 1 });
		expect(await length).toBe(1_000_000);
	});

	it("publishes the will of a client that is cut off", async () => {
		const { broker } = await start();
		const heir = await connected(broker.url, "heir");
		await heir.subscribeAsync("will");
		const got = new Promise((resolve) => heir.on("message", (_topic, payload) => resolve(String(payload))));
		const will = { topic: "will", payload: Buffer.from("gone"), qos: 0 as const, retain: false };
		const owner = await connected(broker.url, "owner", { will });
		owner.stream.destroy();
		expect(await got).toBe("gone");
	});

	// Aedes 1.2.0 itself closes the connection on the PUBREC, and again at each subscription.
	it.each([
		{ clean: false, subscribed: 2, qos: 1 },
		{ clean: true, subscribed: 2, qos: 2 },
		{ clean: false, subscribed: 1, qos: 1 },
		{ clean: false, subscribed: 0, qos: 0 },
	] as const)(
		"hands a retained message with QoS 2 to a subscription with QoS $subscribed, clean session $clean, with QoS $qos, and the client stays",
		async ({ clean, subscribed, qos }) => {
			const { broker, events } = await start();
			const sender = await connected(broker.url, "sender");
			await sender.publishAsync("a", "kept", { qos: 2, retain: true });
			const receiver = await connected(broker.url, "receiver", { clean });
			const got: string[] = [];
			receiver.on("message", (_topic, payload, packet) =>
				got.push(`${payload} ${packet.qos} ${packet.retain}`),
			);
			await receiver.subscribeAsync("a", { qos: subscribed });
			await expect.poll(() => got).toEqual([`kept ${qos} true`]);
			// What is behind the acknowledgements comes only to a client that is still there.
			await sender.publishAsync("a", "new", { qos: 2 });
			await expect.poll(() => got).toEqual([`kept ${qos} true`, `new ${subscribed} false`]);
			expect(events.filter(({ event }) => event === "disconnected")).toEqual([]);
		},
	);

	// Aedes 1.2.0 itself hands on the DUP of the publisher [MQTT-3.3.1-3], with QoS 0 too [MQTT-3.3.1-2].
	it.each([0, 1] as const)(
		"sends a message that its publisher sent again without DUP, with QoS %d",
		async (qos) => {
			const { broker } = await start();
			const receiver = await connected(broker.url, "receiver");
			const got: string[] = [];
			receiver.on("message", (_topic, payload, packet) => got.push(`${payload} ${packet.qos} ${packet.dup}`));
			await receiver.subscribeAsync("a", { qos });
			const publish = {
				cmd: "publish",
				topic: "a",
				payload: "again",
				qos: 1,
				dup: true,
				retain: false,
			} as const;
			raw(broker.port).socket.write(Buffer.concat([CONNECT, generate({ ...publish, messageId: 1 })]));
			await expect.poll(() => got).toEqual([`again ${qos} false`]);
		},
	);

	// Aedes 1.2.0 itself takes the second PUBREL for the first, and sends the second message again.
	it("forgets messages with QoS 2 that were under way at the same time", async () => {
		const { broker } = await start();
		const sender = await connected(broker.url, "sender");
		const connect = { ...CONNECT_PACKET, clientId: "slow", clean: false };
		const first = await spoken(broker.port, connect);
		first.say({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "a", qos: 2 }] });
		await first.heard("suback", 1);
		await Promise.all(["1", "2", "3"].map((text) => sender.publishAsync("a", text, { qos: 2 })));
		const ids = (await first.heard("publish", 3)).map(({ messageId }) => messageId as number);
		for (const messageId of ids) first.say({ cmd: "pubrec", messageId });
		expect((await first.heard("pubrel", 3)).map(({ messageId }) => messageId)).toEqual(ids);
		for (const messageId of ids) first.say({ cmd: "pubcomp", messageId });
		first.say({ cmd: "pingreq" });
		await first.heard("pingresp", 1);
		first.socket.destroy();
		const again = await spoken(broker.port, connect);
		await sender.publishAsync("a", "new", { qos: 2 });
		expect((await again.heard("publish", 1)).map(({ payload }) => String(payload))).toEqual(["new"]);
	});

	it("closes the older of two clients with one id", async () => {
		const { broker, events } = await start();
		const first = await connected(broker.url, "twin");
		const closed = new Promise<void>((resolve) => first.once("close", resolve));
		await connected(broker.url, "twin");
		await closed;
		expect(events.slice(1)).toEqual([
			{ event: "connected", client: "twin" },
			{ event: "disconnected", client: "twin" },
			{ event: "connected", client: "twin" },
		]);
	});
});

describe("the port", () => {
	it("is the one asked for", async () => {
		const probe = await start();
		const { port } = probe.broker;
		await probe.broker.stop();
		expect((await start({ port })).broker.port).toBe(port);
	});

	it("that is taken is an error of one line, which names it", async () => {
		const port = await takePort();
		await expect(start({ port })).rejects.toThrow(
			new ListenError(
				`port ${port} on 127.0.0.1 is taken; choose another with --port, or leave --port out to take the next free one`,
			),
		);
	});

	it("left out is 1883, or the next one free", async () => {
		const first = await start({ port: undefined });
		const second = await start({ port: undefined });
		expect(first.broker.port).toBeGreaterThanOrEqual(1883);
		expect(second.broker.port).toBeGreaterThan(first.broker.port);
		expect(second.broker.port).toBeLessThanOrEqual(1983);
	});

	it.each([-1, 1.5, 65_536, Number.NaN])("%d throws", async (port) => {
		await expect(start({ port })).rejects.toThrow(RangeError);
	});
});

describe("the host", () => {
	it("0.0.0.0 is told not to be loopback, and reached by 127.0.0.1", async () => {
		const { broker, events } = await start({ host: "0.0.0.0" });
		expect(events[0]).toMatchObject({ host: "0.0.0.0", loopback: false });
		expect(broker.url).toBe(`mqtt://127.0.0.1:${broker.port}`);
		await connected(broker.url, "any");
	});

	it("localhost is resolved", async () => {
		const { broker } = await start({ host: "localhost" });
		expect(broker.loopback).toBe(true);
		await connected(broker.url, "any");
	});

	it("that is not this machine's is an error of one line", async () => {
		// 192.0.2.0/24 is for documentation: no machine has it.
		await expect(start({ host: "192.0.2.1" })).rejects.toThrow(
			new ListenError(
				"192.0.2.1 is not an address of this machine; choose another with --host, for example 127.0.0.1",
			),
		);
	});

	it("left empty throws rather than listen everywhere", async () => {
		await expect(start({ host: "" })).rejects.toThrow(RangeError);
	});

	it.each([
		{ address: "127.0.0.1", loopback: true, url: "mqtt://127.0.0.1:1" },
		{ address: "127.8.9.1", loopback: true, url: "mqtt://127.8.9.1:1" },
		{ address: "::1", loopback: true, url: "mqtt://[::1]:1" },
		{ address: "::ffff:127.0.0.1", loopback: true, url: "mqtt://[::ffff:127.0.0.1]:1" },
		{ address: "0.0.0.0", loopback: false, url: "mqtt://127.0.0.1:1" },
		{ address: "::", loopback: false, url: "mqtt://[::1]:1" },
		{ address: "192.168.0.2", loopback: false, url: "mqtt://192.168.0.2:1" },
		{ address: "fe80::1", loopback: false, url: "mqtt://[fe80::1]:1" },
	])("$address: loopback $loopback, $url", ({ address, loopback, url }) => {
		expect(isLoopback(address)).toBe(loopback);
		expect(urlOf(address, 1)).toBe(url);
	});
});

describe("a bad client", () => {
	it.each([
		{ name: "garbage", bytes: Buffer.from("GET / HTTP/1.1\r\n\r\n") },
		{ name: "another packet before CONNECT", bytes: Buffer.of(0xc0, 0) },
		{ name: "a length without end", bytes: Buffer.of(0x10, 255, 255, 255, 255, 255) },
		{ name: "another protocol", bytes: Buffer.from(CONNECT).fill(0x41, 4, 8) },
	])("which sends $name is rejected with its address", async ({ bytes }) => {
		const { broker, told } = await start();
		const { socket, closed } = raw(broker.port);
		socket.write(bytes);
		await closed;
		await told({
			event: "rejected",
			address: "127.0.0.1",
			reason: expect.any(String),
		});
	});

	it("which never sends CONNECT is rejected after a while", async () => {
		const { broker, told } = await start({ limits: { connectTimeout: 30 } });
		await raw(broker.port).closed;
		await told({
			event: "rejected",
			address: "127.0.0.1",
			reason: "connect did not arrive in time",
		});
	});

	it.each([
		{ name: "CONNECT twice", bytes: CONNECT },
		{ name: "QoS 3", bytes: Buffer.of(0x36, 5, 0, 1, 0x61, 0, 1) },
		{ name: "a wildcard in a topic name", bytes: Buffer.of(0x30, 3, 0, 1, 0x23) },
		{ name: "$SYS", bytes: Buffer.of(0x30, 8, 0, 6, ...Buffer.from("$SYS/a")) },
	])("which sends $name is disconnected with a reason", async ({ bytes }) => {
		const { broker, told } = await start();
		const { socket, closed } = raw(broker.port);
		socket.write(CONNECT);
		await new Promise((resolve) => socket.once("data", resolve));
		socket.write(bytes);
		await closed;
		await told({
			event: "disconnected",
			client: "raw",
			reason: expect.any(String),
		});
	});

	it("which reads nothing holds up the others for a while only", async () => {
		const { broker, told } = await start({ limits: { drainTimeout: 100 } });
		const { socket } = raw(broker.port);
		socket.write(CONNECT);
		await new Promise((resolve) => socket.once("data", resolve));
		socket.pause();
		socket.write(
			generate({
				cmd: "subscribe",
				messageId: 1,
				subscriptions: [{ topic: "flood", qos: 0 }],
			}),
		);
		const sender = await connected(broker.url, "sender");
		const chunk = Buffer.alloc(100_000);
		for (let count = 0; count < 300; count += 1) sender.publish("flood", chunk);
		await sender.publishAsync("flood", "end", { qos: 1 });
		await told({ event: "disconnected", client: "raw", reason: "drain timeout" });
	});

	it("with an endless id is told with a cut one", async () => {
		const { broker, told } = await start();
		await connected(broker.url, "x".repeat(60_000));
		await told({ event: "connected", client: "x".repeat(200) });
	});

	it("does no harm, whatever bytes it sends", async () => {
		const { broker } = await start();
		const body = fc.uint8Array({ maxLength: 60 });
		const packet = fc.tuple(fc.nat(255), body).map(([head, rest]) => Buffer.of(head, rest.length, ...rest));
		const conversation = fc
			.tuple(fc.boolean(), fc.array(fc.oneof(packet, body), { maxLength: 4 }))
			.map(([greeted, rest]) => Buffer.concat(greeted ? [CONNECT, ...rest] : rest));
		await Promise.all(
			fc.sample(conversation, 400).map(async (bytes) => {
				const { socket, closed } = raw(broker.port);
				socket.resume().end(bytes);
				await closed;
			}),
		);
		await connected(broker.url, "good");
	});
});

describe("stop", () => {
	it("closes clients and port, and may be called again", async () => {
		const { broker, events } = await start();
		const one = await connected(broker.url, "one");
		const closed = new Promise<void>((resolve) => one.once("close", resolve));
		await Promise.all([broker.stop(), broker.stop()]);
		await closed;
		await broker.stop();
		expect(events.at(-1)).toEqual({ event: "disconnected", client: "one" });
		const late = client(broker.url);
		await expect(new Promise((_, reject) => late.once("error", reject))).rejects.toMatchObject({
			code: "ECONNREFUSED",
		});
	});

	it("does not wait for connections without CONNECT or without ears", async () => {
		const { broker } = await start();
		const silent = raw(broker.port);
		const deaf = raw(broker.port);
		deaf.socket.write(CONNECT);
		await new Promise((resolve) => deaf.socket.once("data", resolve));
		deaf.socket.pause();
		const before = performance.now();
		await broker.stop();
		expect(performance.now() - before).toBeLessThan(1_500);
		silent.socket.resume();
		deaf.socket.resume();
		await Promise.all([silent.closed, deaf.closed]);
	});

	it("may come at once", async () => {
		const { broker } = await start();
		client(broker.url).on("error", () => {});
		await broker.stop();
	});
});
