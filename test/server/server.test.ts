import { connect, type MqttClient } from "mqtt";
import { afterEach, describe, expect, it } from "vitest";
import { type Broker, type BrokerOptions, startBroker } from "../../host-sim/broker/broker.js";
import { type Server, type ServerOptions, startServer } from "../../server/server.js";
import { Events } from "./support.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function broker(port = 0, limits: BrokerOptions["limits"] = {}): Promise<Broker> {
	const started = await startBroker({ port, limits, onEvent: () => {} });
	cleanups.push(() => started.stop());
	return started;
}

async function server(
	brokerUrl: string,
	options: Partial<ServerOptions> = {},
): Promise<{ server: Server; events: Events }> {
	const events = new Events();
	const onEvent = events.add;
	const started = startServer({
		brokerUrl,
		onEvent,
		backoff: () => 10,
		...options,
	});
	cleanups.push(() => started.stop());
	await events.link("online");
	return { server: started, events };
}

/** A device that keeps the commands it got, and waits for a number of them. */
async function device(url: string, id: string) {
	const client: MqttClient = connect(url, { clientId: `${id}-test` });
	cleanups.push(() => client.endAsync(true));
	const commands: string[] = [];
	client.on("message", (topic, payload, packet) =>
		commands.push(`${topic} ${payload}${packet.retain ? " retained" : ""}`),
	);
	await client.subscribeAsync(`${id}/commands`);
	return {
		commands,
		send: (payload: string | Buffer, retain = false) =>
			client.publishAsync(`${id}/telemetry`, payload, { retain }),
		got: (count: number) => expect.poll(() => commands, { interval: 5 }).toHaveLength(count),
	};
}

describe("a server and the embedded broker", () => {
	it("answers each reading with a command", async () => {
		const { url } = await broker();
		const { server: running, events } = await server(url, { id: "lamp" });
		const lamp = await device(url, "lamp");
		await lamp.send('{"light":652}');
		await lamp.send('{"light": 299}');
		await lamp.got(2);
		expect(lamp.commands).toEqual(['lamp/commands {"led_on":false}', 'lamp/commands {"led_on":true}']);
		const topic = "lamp/telemetry";
		const device_ = { device: "lamp" };
		expect(events.all).toEqual([
			{ event: "link", state: "connecting" },
			{ event: "link", state: "online" },
			{ event: "received", ...device_, topic, payload: { light: 652 } },
			{ event: "sent", ...device_, topic: "lamp/commands", payload: { led_on: false } },
			{ event: "received", ...device_, topic, payload: { light: 299 } },
			{ event: "sent", ...device_, topic: "lamp/commands", payload: { led_on: true } },
		]);
		expect(running.counts).toEqual({ messages: 2, refused: 0, commands: 2 });
		await running.stop();
		expect(events.all.at(-1)).toEqual({ event: "link", state: "offline" });
	});

	it("answers each of many devices", async () => {
		const { url } = await broker();
		await server(url);
		const lamps = await Promise.all(["a", "b", "c"].map((id) => device(url, id)));
		await Promise.all(lamps.map((lamp, i) => lamp.send(`{"light":${i * 200}}`)));
		await Promise.all(lamps.map((lamp) => lamp.got(1)));
		expect(lamps.flatMap(({ commands }) => commands)).toEqual([
			'a/commands {"led_on":true}',
			'b/commands {"led_on":true}',
			'c/commands {"led_on":false}',
		]);
	});

	it("uses its own threshold", async () => {
		const { url } = await broker();
		await server(url, { id: "lamp", threshold: 10 });
		const lamp = await device(url, "lamp");
		await lamp.send('{"light":10}');
		await lamp.send('{"light":9}');
		await lamp.got(2);
		expect(lamp.commands.map((text) => text.split(" ")[1])).toEqual(['{"led_on":false}', '{"led_on":true}']);
	});

	it("drops what is no telemetry, and answers what comes after it", async () => {
		const { url } = await broker(0, { maxPacket: 2_000_000 });
		const { server: running, events } = await server(url, { id: "lamp", maxPacket: 2_000_000 });
		const lamp = await device(url, "lamp");
		const bad = ["", "{", "[]", "null", '{"light":"1"}', "x".repeat(1_000_000)];
		for (const payload of bad) await lamp.send(payload);
		await lamp.send(Buffer.from([0xff, 0x00, 0xc0]));
		await lamp.send('{"light":1}');
		await lamp.got(1);
		expect(running.counts).toEqual({ messages: 8, refused: 7, commands: 1 });
		const refused = events.all.filter(({ event }) => event === "refused");
		expect(refused).toHaveLength(7);
		expect(refused[5]).toEqual({
			event: "refused",
			device: "lamp",
			topic: "lamp/telemetry",
			code: "too-large",
			reason: "the payload is longer than 65536 bytes",
			payload: "x".repeat(200),
		});
	});

	it("does not obey a retained reading", async () => {
		const { url } = await broker();
		const lamp = await device(url, "lamp");
		await lamp.send('{"light":1}', true);
		const { events } = await server(url, { id: "lamp" });
		expect(await events.find(({ event }) => event === "refused")).toMatchObject({
			code: "retained-reading",
			reason: "retained: the reading may be old",
		});
		await lamp.send('{"light":500}', true);
		await lamp.got(1);
		expect(lamp.commands).toEqual(['lamp/commands {"led_on":false}']);
	});

	it("is not deaf after the broker was restarted", async () => {
		const first = await broker();
		const { events } = await server(first.url, { id: "lamp" });
		await first.stop();
		await events.link("backoff");
		const seen = events.all.length;
		const second = await broker(first.port);
		await events.link("online", seen);
		const lamp = await device(second.url, "lamp");
		await lamp.send('{"light":1}');
		await lamp.got(1);
		expect(await events.link("backoff")).toMatchObject({
			code: "closed-by-broker",
			reason: `connection closed by 127.0.0.1:${first.port}`,
			delay: 10,
		});
	});

	it("answers a burst, each reading once", async () => {
		const { url } = await broker();
		await server(url, { id: "lamp" });
		const lamp = await device(url, "lamp");
		for (let light = 0; light < 1000; light += 1) void lamp.send(`{"light":${light}}`);
		await lamp.got(1000);
		const on = lamp.commands.filter((text) => text.includes("true"));
		expect(on).toHaveLength(300);
	});
});

describe("the client id", () => {
	it.each([
		{ options: { id: "lamp" }, clientId: /^lampnightlight_server$/ },
		{ options: {}, clientId: /^nightlight_server_[0-9a-f]{8}$/ },
		{ options: { id: "+" }, clientId: /^nightlight_server_[0-9a-f]{8}$/ },
		{ options: { random: () => 0 }, clientId: /^nightlight_server_00000000$/ },
		{ options: { clientId: "mine" }, clientId: /^mine$/ },
	])("for $options: $clientId", async ({ options, clientId }) => {
		const { url } = await broker();
		const { server: running } = await server(url, options);
		expect(running.clientId).toMatch(clientId);
	});
});

it.each([
	{ name: "no URL", options: { brokerUrl: "nonsense" } },
	{ name: "a wrong id", options: { id: "a/b" } },
	{ name: "a wrong threshold", options: { threshold: Number.NaN } },
	{ name: "a password alone", options: { password: "x" } },
	{ name: "a wrong limit", options: { maxPacket: 127 } },
])("throws at once on $name", ({ options }) => {
	expect(() =>
		startServer({
			brokerUrl: "mqtt://127.0.0.1:9",
			onEvent: () => {},
			...options,
		}),
	).toThrow(RangeError);
});
