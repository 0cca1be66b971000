import { afterEach, expect, it } from "vitest";
import { parseBrokerUrl } from "../../server/broker-address.js";
import { type Connection, openConnection } from "../../server/connection.js";
import { publish, type RawServer, rawServer, willing } from "./support.js";

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
