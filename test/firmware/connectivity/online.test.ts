import { generate } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import { Rig } from "./rig.js";

const GREETINGS = ["connect d1", "subscribe d1/commands 0", "publish d1/status online retained"];
const ONLINE = ["resolving", "connecting", "handshaking", "online"];

describe("coming online", () => {
	it("goes through every state and says everything once, in order", () => {
		const rig = new Rig().online();
		rig.clock.advance(1000);
		expect(rig.links).toEqual(ONLINE);
		expect(rig.broker.heard).toEqual(GREETINGS);
		expect(rig.host.events).toHaveLength(4);
	});

	it("is told with the state alone, and going with the reason and the waiting time", () => {
		const rig = new Rig().online();
		rig.broker.kill();
		rig.clock.advance(5);
		expect(rig.host.events).toStrictEqual([
			...ONLINE.map((state) => ({ event: "link", state })),
			{ event: "link", state: "backoff", code: "connection-lost", reason: "connection reset", delay: 1000 },
		]);
	});

	it("connects with what it was given", () => {
		const mqtt = { keepAlive: 90_000, cleanSession: false, username: "u", password: "pässword" };
		const { broker } = new Rig({ mqtt }).online();
		expect(broker.packets[0]).toMatchObject({
			cmd: "connect",
			protocolId: "MQTT",
			protocolVersion: 4,
			clientId: "d1",
			clean: false,
			keepalive: 90,
			username: "u",
			password: Buffer.from("pässword"),
			will: { topic: "d1/status", payload: Buffer.from("offline"), qos: 0, retain: true },
		});
	});

	it("without user name and password, has none", () => {
		const [connect] = new Rig().online().broker.packets;
		expect(connect).toMatchObject({ clean: true, keepalive: 60 });
		expect(connect).not.toHaveProperty("username");
		expect(connect).not.toHaveProperty("password");
	});

	it("takes nothing for sending before", () => {
		const rig = new Rig().start();
		while (rig.state !== "online") {
			expect(rig.publish("early")).toBe(false);
			rig.clock.advance(1);
		}
		expect(rig.publish("in time")).toBe(true);
		rig.clock.advance(20);
		expect(rig.broker.heard).toEqual([...GREETINGS, "publish d1/telemetry in time"]);
	});

	it("a second start means nothing", () => {
		const rig = new Rig().online();
		rig.connection.start();
		rig.clock.advance(100);
		expect(rig.links).toEqual(ONLINE);
	});
});

describe.each([
	{ name: "room for 1 byte at a time", set: { writable: 1 } },
	{ name: "room for 3 bytes, which the socket does not tell", set: { writable: 3, tellsRoom: false } },
	{ name: "a byte at a time arriving", set: { chunk: 1, gap: 1 } },
	{ name: "one byte at a time in both directions", set: { writable: 1, chunk: 1 } },
	{ name: "a byte a second arriving", set: { chunk: 1, gap: 1000 } },
	{ name: "a slow network", set: { latency: 900 } },
])("with $name", ({ set }) => {
	it("comes online, hears and answers", () => {
		const rig = new Rig({ commands: { qos: 1 } });
		Object.assign(rig.network, set);
		rig.start().clock.advance(20_000);
		rig.broker.publish("d1/commands", '{"led_on": true}', { qos: 1 });
		rig.clock.advance(40_000);
		rig.publish('{"light":400}', 1);
		rig.clock.advance(10_000);
		expect(rig.links).toEqual(ONLINE);
		expect(rig.messages).toEqual(['{"led_on": true}']);
		expect(rig.broker.heard.filter((line) => line !== "pingreq")).toEqual([
			"connect d1",
			"subscribe d1/commands 1",
			"publish d1/status online retained",
			"puback #1",
			'publish d1/telemetry {"light":400} #2',
		]);
	});
});

describe("what arrives", () => {
	it("reaches the program, retained or not, once for each [MQTT-3.3.1-6] [MQTT-3.3.1-8] [MQTT-3.3.1-9]", () => {
		const rig = new Rig().online();
		rig.broker.publish("d1/commands", "a");
		rig.broker.publish("d1/commands", "b", { retain: true });
		rig.broker.publish("d1/commands", "c", { qos: 1 });
		rig.broker.publish("d1/commands", "");
		rig.clock.advance(10);
		expect(rig.messages).toEqual(["a", "b (retained)", "c", ""]);
		expect(rig.broker.heard.slice(3)).toEqual(["puback #1"]);
	});

	it("reaches the program when one of several subscriptions is for it", () => {
		const rig = new Rig({}, { filters: ["d1/commands", "all/#"] }).online();
		rig.broker.publish("d1/commands", "mine");
		rig.broker.publish("all/lights", "everybody's");
		rig.clock.advance(10);
		expect(rig.messages).toEqual(["mine", "everybody's"]);
		expect(rig.host.eventsOf("refused")).toEqual([]);
	});

	it("is reported when the program refuses it, with the beginning of it", () => {
		const rig = new Rig().online();
		rig.broker.publish("d1/commands", "refuse me");
		rig.clock.advance(10);
		expect(rig.host.eventsOf("refused")).toEqual([
			{
				event: "refused",
				topic: "d1/commands",
				code: "unknown-command",
				reason: "as you wish",
				payload: "refuse me",
			},
		]);
		expect(rig.state).toBe("online");
	});

	it("is reported when it is on a topic never subscribed to, and acknowledged [MQTT-3.3.2-3] [MQTT-4.5.0-2]", () => {
		const rig = new Rig().online();
		rig.broker.publish("d1/other", Uint8Array.of(0x61, 0xff), { qos: 1 });
		rig.broker.publish("d1/commands", "next");
		rig.clock.advance(10);
		expect(rig.host.eventsOf("refused")).toEqual([
			{
				event: "refused",
				topic: "d1/other",
				code: "unsubscribed-topic",
				reason: "a topic never subscribed to",
				payload: "a\ufffd",
			},
		]);
		expect(rig.messages).toEqual(["next"]);
		expect(rig.broker.heard.at(-1)).toBe("puback #1");
	});

	it.each([1025, 1_000_000])("is reported and skipped when it is too large: %i bytes", (length) => {
		const rig = new Rig().online();
		rig.broker.publish("d1/commands", "x".repeat(length), { qos: 1 });
		rig.broker.publish("d1/commands", "next");
		rig.clock.advance(10);
		expect(rig.host.eventsOf("refused")).toEqual([
			{
				event: "refused",
				topic: "d1/commands",
				code: "too-large",
				reason: `${length} bytes, too many for the receive buffer of 1024`,
				payload: "",
			},
		]);
		expect(rig.messages).toEqual(["next"]);
		expect(rig.broker.heard.at(-1)).toBe("puback #1");
		expect(rig.state).toBe("online");
	});

	it("is done with, one after the other, before it is acknowledged [MQTT-4.3.2-2]", () => {
		const rig = new Rig({ commands: { qos: 1 } }).online();
		const steps: string[] = [];
		rig.onMessage = (text) => {
			steps.push(`begin ${text}`);
			rig.publish(`answer to ${text}`);
			steps.push(`end ${text}`);
		};
		const packet = { cmd: "publish", topic: "d1/commands", qos: 1, dup: false, retain: false } as const;
		const together = ["a", "b"].map((payload, index) =>
			generate({ ...packet, payload, messageId: index + 1 }),
		);
		rig.broker.send(Buffer.concat(together));
		rig.clock.advance(10);
		expect(steps).toEqual(["begin a", "end a", "begin b", "end b"]);
		expect(rig.broker.heard.slice(3)).toEqual([
			...["puback #1", "publish d1/telemetry answer to a"],
			...["puback #2", "publish d1/telemetry answer to b"],
		]);
	});

	it("is heard before the SUBACK too, as a session that was kept brings it [MQTT-3.1.2-5]", () => {
		const rig = new Rig({ mqtt: { cleanSession: false } });
		rig.broker.sessionPresent = true;
		rig.broker.withheld.add("subscribe");
		rig.online();
		rig.broker.publish("d1/commands", "kept", { qos: 1 });
		rig.clock.advance(10);
		expect(rig.messages).toEqual(["kept"]);
	});

	it("is not read while the network takes nothing", () => {
		const rig = new Rig();
		rig.network.writable = 10;
		rig.online(100);
		rig.network.cut("outgoing");
		rig.publish("x".repeat(100));
		rig.broker.publish("d1/commands", "waits");
		rig.clock.advance(1000);
		expect(rig.messages).toEqual([]);
		rig.network.mend();
		rig.clock.advance(1000);
		expect(rig.messages).toEqual(["waits"]);
		expect(rig.broker.heard.at(-1)).toBe(`publish d1/telemetry ${"x".repeat(100)}`);
	});
});

describe("a refused subscription", () => {
	it("is reported, and the device lives [MQTT-3.8.4-5]", () => {
		const rig = new Rig();
		rig.broker.granted = 0x80;
		rig.online();
		expect(rig.host.eventsOf("refused")).toEqual([
			{
				event: "refused",
				topic: "d1/commands",
				code: "subscription-refused",
				reason: "the broker refuses the subscription",
				payload: "",
			},
		]);
		expect(rig.publish("still here")).toBe(true);
		rig.clock.advance(100_000);
		expect(rig.links).toEqual(ONLINE);
		expect(rig.broker.heard).toContain("publish d1/telemetry still here");
	});

	it("is none when less is granted than was asked for [MQTT-3.8.4-6]", () => {
		const rig = new Rig({ commands: { qos: 1 } });
		rig.broker.granted = 0;
		rig.online();
		expect(rig.host.eventsOf("refused")).toEqual([]);
	});
});

describe("a broker that restarts", () => {
	it("hears everything again on the new connection, from the same client id [MQTT-3.1.3-2]", () => {
		const rig = new Rig().online();
		rig.clock.advance(60_000);
		rig.broker.kill();
		rig.network.attempt = "refuse";
		rig.clock.advance(4000);
		rig.network.attempt = "accept";
		rig.clock.advance(4000);
		expect(rig.links.slice(4)).toEqual([
			"backoff 1000: connection reset",
			...["resolving", "connecting", "backoff 2000: connection refused"],
			...["resolving", "connecting", "backoff 4000: connection refused"],
			...ONLINE,
		]);
		expect(rig.offline).toBe(1);
		rig.clock.advance(20);
		expect(rig.broker.clients).toHaveLength(2);
		expect(rig.broker.heard.filter((line) => line !== "pingreq")).toEqual([...GREETINGS, ...GREETINGS]);
	});

	it("brings its retained message again, told as retained each time [MQTT-3.3.1-6] [MQTT-3.3.1-8] [MQTT-3.8.4-3]", () => {
		const rig = new Rig();
		for (let connection = 0; connection < 3; connection++) {
			if (connection === 0) rig.online();
			else rig.clock.advance(10_000);
			rig.broker.publish("d1/commands", "kept", { retain: true });
			rig.broker.publish("d1/commands", "live");
			rig.clock.advance(10);
			rig.broker.kill();
		}
		expect(rig.messages).toEqual([
			"kept (retained)",
			"live",
			"kept (retained)",
			"live",
			"kept (retained)",
			"live",
		]);
		expect(rig.broker.heard.filter((line) => line.startsWith("subscribe"))).toHaveLength(3);
	});

	it("has its commands obeyed on the new connection", () => {
		const rig = new Rig().online();
		rig.broker.kill();
		rig.clock.advance(1020);
		rig.broker.publish("d1/commands", "after");
		rig.clock.advance(10);
		expect(rig.messages).toEqual(["after"]);
	});
});

describe("a broker that closes right after what it sends", () => {
	/** Sends this and closes, so that the device's socket refuses to write while it reads. */
	function lastWords(rig: Rig, bytes: Uint8Array): void {
		rig.broker.clients.at(-1)?.peer.end(bytes);
	}

	it.each([
		{ name: "a message with QoS 1", message: "last words" },
		{ name: "another one", message: "refuse me" },
	])("$name: the message counts, and the device comes back", ({ message }) => {
		const rig = new Rig({ commands: { qos: 1 } }).online();
		const packet = { cmd: "publish", topic: "d1/commands", payload: message, qos: 1, messageId: 7 } as const;
		lastWords(rig, generate({ ...packet, dup: false, retain: false }));
		rig.clock.advance(10);
		expect(rig.messages).toEqual([message]);
		expect(rig.links.slice(4)).toEqual(["backoff 1000: not connected"]);
		rig.clock.advance(1010);
		expect(rig.state).toBe("online");
	});

	it("CONNACK: the device comes back", () => {
		const rig = new Rig();
		rig.broker.withheld.add("connect");
		rig.start().clock.advance(5);
		lastWords(rig, generate({ cmd: "connack", returnCode: 0, sessionPresent: false }));
		rig.clock.advance(10);
		expect(rig.links).toEqual([...ONLINE, "backoff 1000: not connected"]);
		rig.broker.withheld.clear();
		rig.clock.advance(1010);
		expect(rig.state).toBe("online");
		rig.clock.advance(10);
		expect(rig.broker.packets.map(({ cmd }) => cmd)).toEqual(["connect", "subscribe", "publish"]);
	});
});
