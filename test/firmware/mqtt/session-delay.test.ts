import { describe, expect, it } from "vitest";
import { broker, Client, concat } from "./support.js";

const half = broker.publish("a", "x".repeat(100)).subarray(0, 50);

/** 32-bit clocks. */
const AGES = [2 ** 31 + 1000, 2 ** 32 - 1000];

describe("the patience of a session on a connection that has lasted for weeks", () => {
	it.each(AGES)("PUBACK is waited for no longer than ever, after %i ms", (age) => {
		const client = new Client({ connect: { keepAlive: 0 }, responseTimeout: 10_000 }).online();
		client.pass(age);
		client.publish("b");
		expect(client.take()).toContain("> publish 1 b=");
		expect(client.timeout).toBe(10_000);
	});

	it.each(AGES)("PUBACK: the connection is closed, after %i ms with pings", (age) => {
		const client = new Client({ connect: { keepAlive: 60_000 }, responseTimeout: 10_000 }).online();
		for (let at = 0; at < age; at += 25_000_000) {
			client.pass(25_000_000);
			client.publish("q", "", 0);
			client.receive(broker.pingresp());
		}
		client.publish("b");
		client.take();
		const lines: string[] = [];
		// The broker answers pings, and nothing else.
		for (let second = 0; second < 600 && lines.length === 0; second++) {
			const said = client.wait(1000);
			if (said.includes("> pingreq")) client.receive(broker.pingresp());
			lines.push(...said.filter((line) => line.startsWith("closed")));
		}
		expect(lines).toEqual(["closed: no PUBACK within 10000 ms"]);
	});

	it.each(AGES)("an answer to a ping must come within the keep-alive, after %i ms", (age) => {
		const client = new Client({ connect: { keepAlive: 10_000 }, responseTimeout: 2000 }).online();
		for (let at = 0; at < age; at += 25_000_000) {
			client.pass(25_000_000);
			client.publish("q", "", 0);
			client.receive(broker.pingresp());
		}
		client.wait(5000);
		const lines: string[] = [];
		for (let count = 0; count < 100; count++) {
			lines.push(...client.wait(1000).filter((line) => line.startsWith("closed")));
			client.receive(broker.publish("a"));
		}
		expect(lines).toEqual(["closed: no PINGRESP in time"]);
	});
});

describe("a link that died in the middle of a packet", () => {
	it("is given up though messages with QoS 0 leave: no PUBACK", () => {
		const client = new Client({ connect: { keepAlive: 0 }, responseTimeout: 1000 }).online();
		client.publish("b");
		client.take();
		client.receive(half);
		const lines: string[] = [];
		for (let count = 0; count < 100; count++) {
			client.publish("c", "", 0);
			lines.push(...client.take(), ...client.wait(500));
		}
		expect(lines.filter((line) => line.startsWith("closed"))).toEqual(["closed: no PUBACK within 1000 ms"]);
	});

	it("is given up within the same time though messages with QoS 0 leave, with a long keep-alive", () => {
		const client = new Client({ connect: { keepAlive: 3_600_000 }, responseTimeout: 1000 }).online();
		client.subscribe("b");
		client.take();
		client.receive(half);
		const lines: string[] = [];
		for (let count = 0; count < 100; count++) {
			client.publish("c", "", 0);
			lines.push(...client.take(), ...client.wait(500));
		}
		expect(lines.filter((line) => line.startsWith("closed"))).toEqual(["closed: no SUBACK within 1000 ms"]);
	});
});

it("a broker that never answers, and whose stream is cut within packets, is given up", () => {
	const client = new Client({ connect: { keepAlive: 10_000 }, responseTimeout: 2000 }).online();
	client.publish("b");
	client.take();
	const message = broker.publish("a", "x".repeat(20));
	const lines: string[] = [];
	client.receive(message.subarray(0, 10));
	// For 100 s: the end of a message, and the start of the next one.
	for (let count = 0; count < 100; count++) {
		lines.push(...client.wait(1000));
		lines.push(...client.receive(concat(message.subarray(10), message.subarray(0, 10))));
	}
	expect(lines.filter((line) => line.startsWith("closed"))).toHaveLength(1);
});

it("a ping that waits behind a packet on its way out is not overdue while that makes progress", () => {
	const client = new Client({ connect: { keepAlive: 10_000 }, responseTimeout: 2000 }).online();
	client.publish("b", "x".repeat(1000));
	// The packet is taken, and leaves in pieces: what comes after it waits, so `next` is not called.
	expect(client.session.next()?.kind).toBe("store");
	expect(client.session.next()?.kind).toBe("transmit");
	for (let count = 0; count < 15; count++) {
		client.pass(1000);
		client.session.tick(client.now);
		client.session.delayed(client.now);
	}
	expect(client.take().filter((line) => line.startsWith("closed"))).toEqual([]);
});

it("the answer to a packet that has just left is waited for, also with half a packet there", () => {
	const client = new Client({ connect: { keepAlive: 0 }, responseTimeout: 1000 }).online();
	client.receive(half);
	client.publish("b", "x".repeat(1000));
	client.session.next();
	client.session.next();
	for (let count = 0; count < 9; count++) {
		client.pass(100);
		client.session.delayed(client.now);
	}
	// All of it has left: at 900 ms.
	expect(client.take()).toEqual([]);
	expect(client.timeout).toBe(1000);
});
