import { connect as dial } from "node:net";
import { connect, type IClientOptions } from "mqtt";
import { generate, type IConnectPacket, parser as makeParser, type Packet } from "mqtt-packet";
import { afterEach, expect } from "vitest";
import { type BrokerOptions, startBroker } from "../../../host-sim/broker/broker.js";
import type { BrokerEvent } from "../../../host-sim/broker/events.js";

/** What is done after each test, the last first. */
export const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

export async function start(options: Partial<BrokerOptions> = {}) {
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

export function client(url: string, options: IClientOptions = {}) {
	const started = connect(url, { reconnectPeriod: 0, ...options });
	cleanups.push(() => started.endAsync(true));
	return started;
}

export async function connected(url: string, clientId: string, more: IClientOptions = {}) {
	const started = client(url, { clientId, ...more });
	await new Promise((resolve) => started.once("connect", resolve));
	return started;
}

/** A raw connection; what it gets is kept. */
export function raw(port: number) {
	const socket = dial(port, "127.0.0.1").on("error", () => {});
	cleanups.push(() => socket.destroy());
	const closed = new Promise((resolve) => socket.on("close", resolve));
	return { socket, closed };
}

export const CONNECT_PACKET: IConnectPacket = {
	cmd: "connect",
	clientId: "raw",
	protocolId: "MQTT",
	protocolVersion: 4,
	clean: true,
	keepalive: 0,
};
export const CONNECT = generate(CONNECT_PACKET);

/** A connection on which a test says and hears packet by packet. */
export async function spoken(port: number, connect: IConnectPacket) {
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
