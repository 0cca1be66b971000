import { generate, type Packet } from "mqtt-packet";
import { afterEach, expect, it } from "vitest";
import { parseBrokerUrl } from "../../server/broker-address.js";
import { type Connection, openConnection } from "../../server/connection.js";
import { answering, connack, publish, type RawServer, rawServer, suback, willing } from "./support.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A connection whose messages wait in `taken`, each with what asks for the next one. */
function open(raw: RawServer) {
	const taken: { topic: string; next: () => void }[] = [];
	let connection: Connection | undefined;
	const online = new Promise<Connection>((resolve) => {
		connection = openConnection({
			address: parseBrokerUrl(raw.url),
			clientId: "test",
			filter: "+/telemetry",
			handshakeTimeout: 10_000,
			keepAlive: 30_000,
			onOnline: () => connection && resolve(connection),
			onMessage: ({ topic }, next) => taken.push({ topic, next }),
			onClosed: () => {},
		});
	});
	cleanups.push(() => connection?.close(100));
	return { taken, online };
}

it("takes the next message only when it is asked to", async () => {
	const topics = ["a", "b", "c"].map((id) => `${id}/telemetry`);
	const raw = await rawServer(
		willing(({ cmd }) =>
			cmd === "subscribe" ? Buffer.concat(topics.map((topic) => publish(topic, "{}"))) : undefined,
		),
	);
	cleanups.push(raw.close);
	const { taken, online } = open(raw);
	await online;
	for (const count of [1, 2, 3]) {
		await expect.poll(() => taken.length).toBe(count);
		// A chance for the following one to come uncalled.
		await new Promise((resolve) => setTimeout(resolve, 10));
		expect(taken.map(({ topic }) => topic)).toEqual(topics.slice(0, count));
		taken.at(-1)?.next();
	}
});

it("says that something was sent only when the socket took it", async () => {
	const raw = await rawServer(
		willing(({ cmd }, socket) => {
			if (cmd === "subscribe") setImmediate(() => socket.pause());
			return undefined;
		}),
	);
	cleanups.push(raw.close);
	const connection = await open(raw).online;
	let asked = 0;
	let sent = 0;
	// More than the buffers of two sockets hold.
	for (; asked < 200; asked += 1) connection.publish("x", "x".repeat(100_000), 0, () => (sent += 1));
	await new Promise((resolve) => setTimeout(resolve, 50));
	expect(sent).toBeLessThan(asked);
});

it("sends nothing after it was closed", async () => {
	const raw = await rawServer(willing(({ cmd }, socket) => void (cmd === "disconnect" && socket.end())));
	cleanups.push(raw.close);
	const connection = await open(raw).online;
	await Promise.all([connection.close(1_000), connection.close(1_000)]);
	const sent = await new Promise((resolve) => connection.publish("x", "x", 0, resolve));
	expect(sent).toBe(false);
});

it("acknowledges a message with QoS 1 when it is told to, in a session that the broker keeps, and reads on meanwhile", async () => {
	const packets: Packet[] = [];
	const message = (id: number): Uint8Array =>
		generate({
			cmd: "publish",
			topic: `${id}`,
			payload: "{}",
			qos: 1,
			messageId: id,
			retain: false,
			dup: false,
		});
	const raw = await rawServer(
		willing((packet) => {
			packets.push(packet);
			return packet.cmd === "subscribe" ? Buffer.concat([1, 300].map(message)) : undefined;
		}),
	);
	cleanups.push(raw.close);
	const clean: unknown[] = [];
	const acknowledges: (() => void)[] = [];
	const sent: string[] = [];
	const connection = openConnection({
		address: parseBrokerUrl(raw.url),
		clientId: "test",
		filter: "+",
		qos: 1,
		persistent: true,
		handshakeTimeout: 10_000,
		keepAlive: 30_000,
		onOnline: () => {},
		onPacket: (way, packet) => {
			if (packet.cmd === "connect") clean.push(packet.clean);
			if (way === "sent" && packet.cmd === "puback") sent.push(`${packet.messageId}`);
		},
		onMessage: ({ acknowledge = () => {} }, next) => {
			acknowledges.push(acknowledge);
			next();
		},
		onClosed: () => {},
	});
	cleanups.push(() => connection.close(100));
	await expect.poll(() => acknowledges.length).toBe(2);
	const acks = () => packets.flatMap((packet) => (packet.cmd === "puback" ? [packet.messageId] : []));
	// A chance for what should not be sent.
	connection.publish("x", "x", 0, () => {});
	await expect.poll(() => packets.some(({ cmd }) => cmd === "publish")).toBe(true);
	expect(acks()).toEqual([]);
	for (const acknowledge of acknowledges) acknowledge();
	await expect.poll(acks).toEqual([1, 300]);
	expect(sent).toEqual(["1", "300"]);
	expect(clean).toEqual([false]);
	await connection.close(100);
	acknowledges[0]?.();
	expect(sent).toHaveLength(2);
});

it("subscribes to more, whatever the broker says to it", async () => {
	const filters: string[] = [];
	const raw = await rawServer(
		answering((packet) => {
			if (packet.cmd === "connect") return connack(0);
			if (packet.cmd !== "subscribe") return undefined;
			filters.push(...packet.subscriptions.map(({ topic }) => topic));
			return suback(packet, filters.length === 1 ? 0 : 0x80);
		}),
	);
	cleanups.push(raw.close);
	const connection = await open(raw).online;
	connection.listen(["+/acks"]);
	await expect.poll(() => filters).toEqual(["+/telemetry", "+/acks"]);
	const sent = await new Promise((resolve) => connection.publish("x", "x", 0, resolve));
	expect(sent).toBe(true);
});

it("is online without the further filters that the broker refuses, and tells which", async () => {
	const raw = await rawServer(
		answering((packet) => {
			if (packet.cmd === "connect") return connack(0);
			return packet.cmd === "subscribe" ? suback(packet, 0, 0x80, 0, 0x80) : undefined;
		}),
	);
	cleanups.push(raw.close);
	const refused: string[] = [];
	await new Promise<void>((resolve, reject) => {
		const connection = openConnection({
			address: parseBrokerUrl(raw.url),
			clientId: "test",
			filter: "a",
			furtherFilters: ["b", "c", "d"],
			handshakeTimeout: 10_000,
			keepAlive: 30_000,
			onRefused: (filter) => refused.push(filter),
			onOnline: resolve,
			onMessage: (_, next) => next(),
			onClosed: ({ reason }) => reject(new Error(reason)),
		});
		cleanups.push(() => connection.close(100));
	});
	expect(refused).toEqual(["b", "d"]);
});
