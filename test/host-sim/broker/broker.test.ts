import { type AddressInfo, createServer, type Socket } from "node:net";
import fc from "fast-check";
import { generate } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import { isLoopback, ListenError, urlOf } from "../../../host-sim/broker/listen.js";
import { CONNECT, CONNECT_PACKET, cleanups, client, connected, raw, spoken, start } from "./support.js";

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
			{ event: "listening", protocol: "mqtt", host: "127.0.0.1", port: broker.port, loopback: true },
			{ event: "connected", client: "sender" },
			{ event: "connected", client: "receiver" },
		]);
	});

	it("carries a message of a megabyte, if it may", async () => {
		const { broker } = await start({ limits: { maxPacket: 2_000_000 } });
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

	it("closes the older of two clients with one id", async () => {
		const { broker, events } = await start();
		const first = await connected(broker.url, "twin");
		const closed = new Promise<void>((resolve) => first.once("close", resolve));
		await connected(broker.url, "twin");
		await closed;
		expect(events.slice(1)).toEqual([
			{ event: "connected", client: "twin" },
			{
				event: "disconnected",
				client: "twin",
				code: "taken-over",
				reason: "another connection has the same client id",
			},
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
				true,
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
		{ name: "garbage", bytes: Buffer.from("GARBAGE / HTTP/1.1\r\n\r\n") },
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
			code: "protocol-violation",
			reason: expect.any(String),
		});
	});

	it("which never sends CONNECT is rejected after a while", async () => {
		const { broker, told } = await start({ limits: { connectTimeout: 30 } });
		await raw(broker.port).closed;
		await told({
			event: "rejected",
			address: "127.0.0.1",
			code: "no-connect",
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
			code: "protocol-violation",
			reason: expect.any(String),
		});
	});

	it.each([
		{
			name: "breaks off",
			act: (socket: Socket) => void socket.resetAndDestroy(),
			code: "connection-lost" as const,
			reason: "read ECONNRESET",
		},
		{
			name: "says nothing for longer than its keep-alive",
			act: () => {},
			code: "keep-alive-expired" as const,
			reason: "keep alive timeout",
		},
	])("which $name is disconnected with a code", async ({ act, code, reason }) => {
		const { broker, told } = await start();
		const { socket } = raw(broker.port);
		socket.write(
			generate({ cmd: "connect", clientId: "raw", keepalive: 1, clean: true, protocolId: "MQTT" }),
		);
		await new Promise((resolve) => socket.once("data", resolve));
		act(socket);
		await told({ event: "disconnected", client: "raw", code, reason });
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
		await told({ event: "disconnected", client: "raw", code: "not-reading", reason: "drain timeout" });
	});

	it("which reads nothing may go when much waits for it", async () => {
		const { broker, events, told } = await start();
		const { socket, say, heard } = await spoken(broker.port, CONNECT_PACKET);
		say({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "flood", qos: 0 }] });
		await heard("suback", 1);
		socket.pause();
		const sender = await connected(broker.url, "sender");
		const chunk = Buffer.alloc(100_000);
		for (let count = 0; count < 100; count++) sender.publish("flood", chunk);
		// More than a stack has room for.
		const small = generate({
			cmd: "publish",
			topic: "flood",
			payload: "",
			qos: 0,
			dup: false,
			retain: false,
		});
		for (let count = 0; count < 4; count++) {
			const { socket: other } = raw(broker.port);
			other.write(generate({ ...CONNECT_PACKET, clientId: `other-${count}` }));
			await told({ event: "connected", client: `other-${count}` });
			other.write(Buffer.concat(Array(4000).fill(small)));
		}
		await new Promise((resolve) => setTimeout(resolve, 200));
		socket.destroy();
		await expect
			.poll(() => events)
			.toContainEqual(expect.objectContaining({ event: "disconnected", client: "raw" }));
		await (await connected(broker.url, "good")).publishAsync("flood", "end", { qos: 1 });
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
