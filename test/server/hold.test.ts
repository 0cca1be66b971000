import { connect } from "mqtt";
import { afterEach, describe, expect, it } from "vitest";
import { startBroker } from "../../host-sim/broker/broker.js";
import { OfflineError, startServer } from "../../server/server.js";
import { Events } from "./support.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A broker, a server at it, and a device that hears its commands. */
async function started() {
	const broker = await startBroker({ port: 0, onEvent: () => {} });
	cleanups.push(() => broker.stop());
	const events = new Events();
	const packets: string[] = [];
	const server = startServer({
		brokerUrl: broker.url,
		id: "lamp",
		username: "me",
		password: "secret",
		onEvent: events.add,
		onPacket: (way, { cmd }) => packets.push(`${way} ${cmd}`),
	});
	cleanups.push(() => server.stop());
	await events.link("online");
	const client = connect(broker.url);
	cleanups.push(() => client.endAsync(true));
	const commands: string[] = [];
	client.on("message", (_, payload) => commands.push(String(payload)));
	await client.subscribeAsync("lamp/commands");
	const report = (light: number) => client.publishAsync("lamp/telemetry", `{"light":${light}}`, { qos: 1 });
	const got = (...wanted: string[]) => expect.poll(() => commands, { interval: 5 }).toEqual(wanted);
	return { server, events, packets, report, got };
}

const ON = '{"led_on":true}';
const OFF = '{"led_on":false}';
const BY_HAND = '{"led_on":true,"by":"hand"}';

describe("a running server", () => {
	it("sends what a person holds, leaves readings without a command, and answers the last one at the end", async () => {
		const { server, events, report, got } = await started();
		await report(900);
		await got(OFF);
		server.hold("lamp", true);
		await report(800);
		await report(700);
		await expect.poll(() => server.counts.messages).toBe(3);
		await got(OFF, BY_HAND);
		server.hold("lamp", null);
		await got(OFF, BY_HAND, OFF);
		await report(10);
		await got(OFF, BY_HAND, OFF, ON);
		expect(events.all.filter(({ event }) => event === "sent")).toHaveLength(4);
	});

	it("sends a text as it is to where the device takes commands", async () => {
		const { server, got } = await started();
		server.send("lamp", '{"led_on":');
		server.send("lamp", "");
		await got('{"led_on":', "");
	});

	it("shows its packets in order", async () => {
		const { packets, report, got } = await started();
		await report(900);
		await got(OFF);
		expect(packets).toEqual([
			"sent connect",
			"received connack",
			"sent subscribe",
			"received suback",
			"received publish",
			"sent publish",
		]);
	});

	it("shows no CONNECT of a connection that was never open", async () => {
		const events = new Events();
		const packets: string[] = [];
		const server = startServer({
			...{ brokerUrl: "mqtt://127.0.0.1:1", id: "lamp", onEvent: events.add },
			onPacket: (way, { cmd }) => packets.push(`${way} ${cmd}`),
		});
		cleanups.push(() => server.stop());
		await events.link("backoff");
		expect(packets).toEqual([]);
	});

	it("refuses both without a connection, and holds nothing", async () => {
		const events = new Events();
		const server = startServer({ brokerUrl: "mqtt://127.0.0.1:1", id: "lamp", onEvent: events.add });
		cleanups.push(() => server.stop());
		await events.link("backoff");
		expect(() => server.hold("lamp", true)).toThrow(OfflineError);
		expect(() => server.send("lamp", ON)).toThrow(OfflineError);
	});
});
