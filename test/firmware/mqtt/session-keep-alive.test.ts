import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { broker, CLOCKS, Client, type ClientOptions, hex } from "./support.js";

const { pingresp, publish } = broker;

// A ping is due after 5 s of silence in either direction, its answer within 2 s.
const KEEP_ALIVE = { connect: { keepAlive: 10_000 }, responseTimeout: 2000 };

describe.each(CLOCKS)("the keep-alive of a session, with $clock", ({ start, read }) => {
	const online = (options: ClientOptions = {}) =>
		new Client({ start, clock: read, ...KEEP_ALIVE, ...options }).online();

	it("pings when nothing is sent and nothing comes [MQTT-3.1.2-23]", () => {
		const client = online();
		expect(client.timeout).toBe(5000);
		expect(client.wait(4999)).toEqual([]);
		expect(client.timeout).toBe(1);
		expect(client.wait(1)).toEqual(["> pingreq"]);
		expect(client.timeout).toBe(2000);
		client.pass(100);
		expect(client.receive(pingresp())).toEqual([]);
		expect(client.timeout).toBe(4900);
		expect(client.wait(4900)).toEqual(["> pingreq"]);
	});

	it("pings when nothing comes, though messages with QoS 0 leave: half-open TCP", () => {
		const client = online();
		for (let count = 0; count < 4; count++) {
			expect(client.wait(1000)).toEqual([]);
			client.publish("a", "", 0);
			expect(client.take()).toEqual(["> publish a="]);
		}
		expect(client.wait(1000)).toEqual(["> pingreq"]);
		client.publish("a", "", 0);
		client.take();
		expect(client.wait(1999)).toEqual([]);
		expect(client.wait(1)).toEqual(["closed: no PINGRESP in time"]);
	});

	it("pings when nothing is sent, though messages with QoS 0 come [MQTT-3.1.2-23]", () => {
		const client = online();
		for (let count = 0; count < 4; count++) {
			expect(client.wait(1000)).toEqual([]);
			client.receive(publish("a"));
		}
		expect(client.wait(1000)).toEqual(["> pingreq"]);
	});

	it("does not ping while there is traffic both ways", () => {
		const client = online();
		for (let count = 0; count < 30; count++) {
			expect(client.wait(4000)).toEqual([]);
			expect(client.receive(publish("a", "", 1, 1))).toEqual(["< a=", "> puback 1"]);
		}
	});

	it("closes when no answer comes, and asks once only [MQTT-3.12.4-1]", () => {
		const client = online();
		expect(client.wait(5000)).toEqual(["> pingreq"]);
		expect(client.wait(0)).toEqual([]);
		expect(client.wait(1999)).toEqual([]);
		expect(client.timeout).toBe(1);
		expect(client.wait(1)).toEqual(["closed: no PINGRESP in time"]);
		expect(client.session.isConnected).toBe(false);
		expect(client.timeout).toBeUndefined();
		expect(client.wait(100_000)).toEqual([]);
		expect(client.receive(pingresp())).toEqual([]);
	});

	it("takes any byte for a sign of life, but only up to the keep-alive", () => {
		const client = online();
		client.wait(5000);
		for (let count = 0; count < 5; count++) {
			expect(client.wait(1900)).toEqual([]);
			expect(client.receive(publish("a"))).toEqual(["< a="]);
		}
		expect(client.timeout).toBe(500);
		expect(client.wait(499)).toEqual([]);
		expect(client.receive(publish("a"))).toEqual(["< a="]);
		expect(client.wait(1)).toEqual(["closed: no PINGRESP in time"]);
	});

	it("waits for the answer behind a message that is long in coming, and goes on asking", () => {
		const client = online();
		client.wait(5000);
		const slow = publish("a", "x".repeat(400));
		const lines: string[] = [];
		for (let at = 0; at < slow.length; at++) {
			lines.push(...client.wait(1000), ...client.receive(slow.subarray(at, at + 1)));
		}
		expect(lines.filter((line) => line !== "> pingreq")).toEqual(["< a, oversize 400"]);
		// A ping for each 10 s.
		expect(lines.filter((line) => line === "> pingreq")).toHaveLength(40);
		expect(client.receive(pingresp())).toEqual([]);
		expect(client.wait(5000)).toEqual(["> pingreq"]);
	});

	it("is content with an answer that comes late, but behind signs of life", () => {
		const client = online();
		client.wait(5000);
		client.wait(1500);
		client.receive(publish("a"));
		client.wait(1500);
		expect(client.receive(pingresp())).toEqual([]);
		// Silent is now the way out, since the ping.
		expect(client.timeout).toBe(2000);
		expect(client.wait(2000)).toEqual(["> pingreq"]);
	});

	it("does not carry a ping over to the next connection", () => {
		const client = online();
		expect(client.wait(5000)).toEqual(["> pingreq"]);
		client.lose();
		client.pass(60_000);
		client.online(true);
		expect(client.timeout).toBe(5000);
		expect(client.wait(4999)).toEqual([]);
		expect(client.wait(1)).toEqual(["> pingreq"]);
		expect(client.receive(pingresp())).toEqual([]);
	});

	it("counts from CONNECT and CONNACK", () => {
		const client = new Client({ start, clock: read, ...KEEP_ALIVE });
		client.connect();
		client.wait(1500);
		client.receive(broker.connack());
		expect(client.timeout).toBe(3500);
	});

	it("may be off", () => {
		const client = online({ connect: { keepAlive: 0 } });
		expect(client.timeout).toBeUndefined();
		expect(client.wait(2_000_000_000)).toEqual([]);
		client.publish("a", "", 0);
		expect(client.take()).toEqual(["> publish a="]);
		expect(client.session.isConnected).toBe(true);
	});

	it("closes though the network takes no bytes, not even the ping", () => {
		const client = online();
		client.pass(5000);
		client.session.tick(client.now);
		client.pass(2000);
		client.session.tick(client.now);
		expect(client.take()).toEqual(["> pingreq", "closed: no PINGRESP in time"]);
	});

	it.each([
		{ name: "a message", act: (client: Client) => client.publish("a", "", 0) },
		{ name: "a message with QoS 1", act: (client: Client) => client.publish("a") },
		{ name: "SUBSCRIBE", act: (client: Client) => client.subscribe("a") },
	])("counts from the time at which $name leaves", ({ act }) => {
		const client = online({ responseTimeout: 100_000 });
		client.pass(1000);
		client.receive(publish("a"));
		client.pass(3000);
		act(client);
		client.take();
		client.pass(500);
		client.receive(publish("a"));
		expect(client.timeout).toBe(4500);
	});

	it("counts what waits for the network as sent when it is sent", () => {
		const client = online();
		client.receive(publish("a"));
		client.publish("a", "", 0);
		client.pass(4000);
		client.session.receive(hex("d0 00"), client.now);
		expect(client.take()).toEqual(["> publish a="]);
		expect(client.timeout).toBe(5000);
	});

	it("survives an answer nobody asked for", () => {
		const client = online();
		expect(client.receive(pingresp(), pingresp())).toEqual([]);
		expect(client.wait(5000)).toEqual(["> pingreq"]);
	});
});

describe("the time of a session", () => {
	it("may wrap any number of times", () => {
		const client = new Client({ ...KEEP_ALIVE, clock: (time) => time | 0, start: 2 ** 31 - 1 }).online();
		// 8 times 24.8 days: nobody looks for days, then all is as ever.
		for (let count = 0; count < 64; count++) {
			client.pass(2 ** 28);
			client.publish("a", "", 0);
			client.receive(pingresp());
			expect(client.wait(4999)).toEqual([]);
			expect(client.wait(1)).toEqual(["> pingreq"]);
			client.receive(pingresp());
		}
	});

	it("is such that waiting for what `timeout` says gets on: no ping more than the interval apart, no spinning [MQTT-3.1.2-24]", () => {
		const cases = fc.record({
			keepAlive: fc.integer({ min: 1000, max: 100_000 }),
			responseTimeout: fc.integer({ min: 100, max: 60_000 }),
			start: fc.constantFrom(0, 2 ** 31 - 7, 2 ** 32 - 7),
			answers: fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 10 }),
		});
		fc.assert(
			fc.property(cases, ({ keepAlive, responseTimeout, start, answers }) => {
				const client = new Client({ connect: { keepAlive }, responseTimeout, start }).online();
				const patience = Math.min(keepAlive, responseTimeout);
				for (const delay of answers) {
					const due = client.timeout as number;
					expect(due).toBeLessThanOrEqual(keepAlive / 2);
					expect(client.wait(Math.ceil(due))).toEqual(["> pingreq"]);
					client.pass(Math.min(delay, patience - 1));
					expect(client.receive(pingresp())).toEqual([]);
				}
				client.wait(Math.ceil(client.timeout as number));
				expect(client.timeout).toBe(patience);
				expect(client.wait(patience)).toEqual(["closed: no PINGRESP in time"]);
			}),
			{ numRuns: 200 },
		);
	});
});
