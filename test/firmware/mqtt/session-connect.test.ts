import { describe, expect, it } from "vitest";
import { broker, CLOCKS, Client, concat, hex, parsed } from "./support.js";

const { connack } = broker;

describe("connect", () => {
	it("sends CONNECT first, and waits [MQTT-3.1.0-1]", () => {
		const client = new Client();
		expect(client.connect()).toEqual(["> connect"]);
		expect(client.take()).toEqual([]);
		expect(client.session.isConnected).toBe(false);
	});

	it("says in CONNECT what it was configured with", () => {
		const connect = {
			clientId: "lamp-1",
			cleanSession: false,
			keepAlive: 90_000,
			will: { topic: "lamp/status", payload: "offline", qos: 1 as const, retain: true },
			username: "user",
			password: "secret",
		};
		const client = new Client({ connect });
		client.session.connect(0);
		const [output] = client.takeOutputs();
		if (output?.kind !== "transmit") throw new Error("no CONNECT");
		expect(parsed(output.bytes)).toMatchObject([
			{
				cmd: "connect",
				protocolVersion: 4,
				clientId: "lamp-1",
				clean: false,
				keepalive: 90,
				will: { topic: "lamp/status", payload: Buffer.from("offline"), qos: 1, retain: true },
				username: "user",
				password: Buffer.from("secret"),
			},
		]);
	});

	it("is once for a network connection [MQTT-3.1.0-2]", () => {
		const client = new Client();
		client.connect();
		expect(() => client.session.connect(0)).toThrow(RangeError);
		client.receive(connack());
		expect(() => client.session.connect(0)).toThrow(RangeError);
		expect(client.take()).toEqual([]);
		expect(client.session.isConnected).toBe(true);
	});

	it.each([0, 1] as const)("before CONNACK takes no message with QoS %i [MQTT-3.1.4-5]", (qos) => {
		const client = new Client();
		expect(client.publish("a", "", qos)).toBeUndefined();
		client.connect();
		expect(client.publish("a", "", qos)).toBeUndefined();
		expect(client.take()).toEqual([]);
		expect(client.receive(connack())).toEqual(["connected"]);
	});

	it("subscribe before CONNACK throws [MQTT-3.1.4-5]", () => {
		const client = new Client();
		expect(() => client.subscribe("a")).toThrow(RangeError);
		client.connect();
		expect(() => client.subscribe("a")).toThrow(RangeError);
		expect(client.receive(connack())).toEqual(["connected"]);
	});
});

const REFUSALS = [
	{ code: 1, reason: "protocol version refused (CONNACK 1)", statements: " [MQTT-3.1.2-2]" },
	{ code: 2, reason: "client id refused (CONNACK 2)", statements: " [MQTT-3.1.3-8] [MQTT-3.1.3-9]" },
	{ code: 3, reason: "broker unavailable (CONNACK 3)", statements: "" },
	{ code: 4, reason: "bad user name or password (CONNACK 4)", statements: "" },
	{ code: 5, reason: "not authorized (CONNACK 5)", statements: "" },
];

/** What closes the connection when it comes instead of CONNACK. */
const INSTEAD = [
	{ name: "a message", bytes: broker.publish("a", "on"), reason: "publish before CONNACK [MQTT-3.2.0-1]" },
	{
		name: "a message with QoS 1",
		bytes: broker.publish("a", "on", 1, 3),
		reason: "publish before CONNACK [MQTT-3.2.0-1]",
	},
	{
		name: "an oversize message",
		bytes: broker.publish("a", "x".repeat(1000)),
		reason: "oversize before CONNACK [MQTT-3.2.0-1]",
	},
	{ name: "PUBACK", bytes: broker.puback(1), reason: "puback before CONNACK [MQTT-3.2.0-1]" },
	{ name: "PUBREC", bytes: broker.pubrec(1), reason: "pubrec before CONNACK [MQTT-3.2.0-1]" },
	{ name: "PUBREL", bytes: broker.pubrel(1), reason: "pubrel before CONNACK [MQTT-3.2.0-1]" },
	{ name: "PUBCOMP", bytes: broker.pubcomp(1), reason: "pubcomp before CONNACK [MQTT-3.2.0-1]" },
	{ name: "UNSUBACK", bytes: broker.unsuback(1), reason: "unsuback before CONNACK [MQTT-3.2.0-1]" },
	{
		name: "CONNECT",
		bytes: hex("10 0c 0004 4d515454 04 02 003c 0000"),
		reason: "packet type 1, which a broker never sends here",
	},
	{ name: "DISCONNECT", bytes: hex("e0 00"), reason: "packet type 14, which a broker never sends here" },
	{
		name: "a CONNACK with a reserved flag",
		bytes: hex("20 02 02 00"),
		reason: "reserved flags in CONNACK (3.2.2.1)",
	},
	{ name: "a CONNACK that is too long", bytes: hex("20 03 00 00 00"), reason: "packet type 2 with 3 bytes" },
	{ name: "SUBACK", bytes: broker.suback(1, 0), reason: "suback before CONNACK [MQTT-3.2.0-1]" },
	{ name: "PINGRESP", bytes: broker.pingresp(), reason: "pingresp before CONNACK [MQTT-3.2.0-1]" },
	{ name: "another protocol", bytes: hex("48545450"), reason: "flags 8 on packet type 4 [MQTT-2.2.2-2]" },
	{
		name: "a reserved return code",
		bytes: hex("20 02 00 06"),
		reason: "return code 6 in CONNACK (3.2.2.3)",
	},
	{
		name: "a refusal with session present",
		bytes: hex("20 02 01 05"),
		reason: "session present in a refusal [MQTT-3.2.2-4]",
	},
];

describe("CONNACK", () => {
	it.each([
		{ cleanSession: false, present: false, line: "connected" },
		{ cleanSession: false, present: true, line: "connected, session present" },
		{ cleanSession: true, present: false, line: "connected" },
	])(
		"$line, clean session $cleanSession [MQTT-3.1.4-4] [MQTT-3.2.2-2] [MQTT-3.2.2-3]",
		({ cleanSession, present, line }) => {
			const client = new Client({ connect: { cleanSession } });
			client.connect();
			expect(client.receive(connack(present))).toEqual([line]);
			expect(client.session.isConnected).toBe(true);
		},
	);

	it("with session present after a clean session closes [MQTT-3.1.4-3] [MQTT-3.2.2-1]", () => {
		const client = new Client({ connect: { cleanSession: true } });
		client.connect();
		expect(client.receive(connack(true))).toEqual([
			"closed: session present after a clean session [MQTT-3.2.2-1]",
		]);
		expect(client.session.isConnected).toBe(false);
	});

	it.each(REFUSALS)(
		"with return code $code closes: $reason [MQTT-3.2.2-5]$statements",
		({ code, reason }) => {
			const client = new Client();
			client.connect();
			expect(client.receive(connack(false, code), broker.publish("a", "on"))).toEqual([`closed: ${reason}`]);
			expect(client.session.isConnected).toBe(false);
			expect(client.timeout).toBeUndefined();
			expect(client.wait(100_000)).toEqual([]);
		},
	);

	it("may be tried for again after a refusal", () => {
		const client = new Client();
		client.connect();
		client.receive(connack(false, 3));
		expect(client.lose()).toEqual([]);
		expect(client.connect()).toEqual(["> connect"]);
		expect(client.receive(connack())).toEqual(["connected"]);
	});

	it.each(INSTEAD)("must come first: not $name [MQTT-3.2.0-1]", ({ bytes, reason }) => {
		const client = new Client();
		client.connect();
		expect(client.receive(bytes, connack())).toEqual([`closed: ${reason}`]);
		expect(client.session.isConnected).toBe(false);
		expect(client.receive(connack())).toEqual([]);
	});

	it.each([
		{ name: "the same", bytes: connack() },
		{ name: "with session present", bytes: connack(true) },
		{ name: "with a refusal", bytes: connack(false, 5) },
	])("must come once: not again, $name [MQTT-3.2.0-1]", ({ bytes }) => {
		const client = new Client().online();
		client.publish("a", "on");
		client.take();
		expect(client.receive(bytes, broker.puback(1))).toEqual(["closed: a second CONNACK [MQTT-3.2.0-1]"]);
		expect(client.session.isConnected).toBe(false);
		expect(client.records).toHaveLength(1);
	});

	it("may come byte by byte, and together with what follows", () => {
		const client = new Client();
		client.connect();
		expect(client.receive(hex("20"))).toEqual([]);
		expect(client.receive(hex("02"))).toEqual([]);
		expect(client.receive(hex("00"))).toEqual([]);
		expect(client.receive(hex("00"), broker.publish("a", "on"))).toEqual(["connected", "< a=on"]);
	});
});

describe.each(CLOCKS)("without CONNACK, with $clock", ({ start, read }) => {
	it("the connection is closed after the response timeout", () => {
		const client = new Client({ start, clock: read, responseTimeout: 1000 });
		expect(client.timeout).toBeUndefined();
		client.connect();
		expect(client.timeout).toBe(1000);
		expect(client.wait(999)).toEqual([]);
		expect(client.timeout).toBe(1);
		expect(client.wait(1)).toEqual(["closed: no CONNACK within 1000 ms"]);
		expect(client.timeout).toBeUndefined();
		expect(client.wait(100_000)).toEqual([]);
	});

	it("though bytes of something come in", () => {
		const client = new Client({ start, clock: read, responseTimeout: 1000 });
		client.connect();
		client.wait(900);
		expect(client.receive(hex("20 02"))).toEqual([]);
		client.pass(500);
		expect(client.timeout).toBe(0);
		expect(client.wait(0)).toEqual(["closed: no CONNACK within 1000 ms"]);
	});

	it("the time counts from each connect anew", () => {
		const client = new Client({ start, clock: read, responseTimeout: 1000 });
		client.connect();
		client.wait(800);
		client.lose();
		expect(client.timeout).toBeUndefined();
		client.wait(5000);
		client.connect();
		expect(client.wait(999)).toEqual([]);
		expect(client.receive(connack())).toEqual(["connected"]);
		expect(client.wait(1000)).toEqual([]);
	});
});

describe("disconnect", () => {
	it("sends DISCONNECT and closes without a reason [MQTT-3.14.4-1]", () => {
		const client = new Client().online();
		client.session.disconnect();
		expect(client.session.isConnected).toBe(false);
		expect(client.take()).toEqual(["> disconnect", "closed"]);
	});

	it("lets out first what waits", () => {
		const client = new Client().online();
		client.publish("a", "bye", 0);
		client.session.disconnect();
		expect(client.take()).toEqual(["> publish a=bye", "> disconnect", "closed"]);
	});

	it("is followed by nothing [MQTT-3.14.4-2]", () => {
		const client = new Client().online();
		client.subscribe("b");
		client.publish("a", "on");
		client.take();
		client.session.disconnect();
		client.take();
		expect(client.publish("a")).toBeUndefined();
		expect(() => client.subscribe("a")).toThrow(RangeError);
		expect(client.receive(broker.publish("a", "on", 1, 5), broker.puback(1))).toEqual([]);
		expect(client.timeout).toBeUndefined();
		expect(client.wait(1_000_000)).toEqual([]);
		client.session.disconnect();
		expect(client.take()).toEqual([]);
	});

	it("before CONNACK only closes", () => {
		const client = new Client();
		client.connect();
		client.session.disconnect();
		expect(client.take()).toEqual(["closed"]);
		expect(client.receive(connack())).toEqual([]);
	});

	it("without a connection does nothing, now and at the next one", () => {
		const client = new Client();
		client.session.disconnect();
		expect(client.connect()).toEqual(["> connect"]);
		client.receive(connack(false, 5));
		client.session.disconnect();
		client.lose();
		client.session.disconnect();
		expect(client.connect()).toEqual(["> connect"]);
	});

	it("keeps what is not acknowledged for the next connection", () => {
		const client = new Client().online();
		client.publish("a", "on");
		client.session.disconnect();
		expect(client.take()).toEqual(["store 1", "> publish 1 a=on", "> disconnect", "closed"]);
		client.lose();
		client.connect();
		expect(client.receive(connack(true))).toEqual(["connected, session present", "> publish 1 dup a=on"]);
	});
});

describe("a lost connection", () => {
	it("takes the unsent bytes with it, and nothing else", () => {
		const client = new Client().online();
		client.publish("a", "0", 0);
		client.publish("a", "1");
		client.subscribe("b");
		expect(client.lose()).toEqual(["store 1"]);
		expect(client.session.isConnected).toBe(false);
		expect(client.timeout).toBeUndefined();
	});

	it("leaves to be told what was acknowledged", () => {
		const client = new Client().online();
		client.publish("a", "1");
		client.take();
		client.session.receive(broker.puback(1), 0);
		expect(client.session.next()).toMatchObject({ kind: "discard", order: 1 });
		expect(client.lose()).toEqual(["acknowledged 1"]);
	});

	it("is no reason to deliver what was not read yet", () => {
		const client = new Client().online();
		client.session.receive(concat(broker.publish("a", "1"), broker.publish("a", "2")), 0);
		expect(client.session.next()).toMatchObject({ kind: "publish" });
		expect(client.lose()).toEqual([]);
	});

	it("leaves no half packet to the next one", () => {
		const client = new Client().online();
		expect(client.receive(broker.publish("a", "on").subarray(0, 4))).toEqual([]);
		client.lose();
		client.online();
		expect(client.receive(broker.publish("a", "x".repeat(500)).subarray(0, 300))).toHaveLength(1);
		client.lose();
		client.connect();
		expect(client.receive(connack(), broker.publish("a", "off"))).toEqual(["connected", "< a=off"]);
	});

	it("may be lost twice, or before it began", () => {
		const client = new Client();
		expect(client.lose()).toEqual([]);
		client.online();
		expect(client.lose()).toEqual([]);
		expect(client.lose()).toEqual([]);
		expect(client.connect()).toEqual(["> connect"]);
	});
});

it("a connection that is lost while CONNACK is being dealt with is not told as connected", () => {
	const client = new Client().online();
	client.receive(broker.publish("a", "on", 2, 1));
	client.lose();
	client.connect();
	client.session.receive(broker.connack(false), 0);
	expect(client.session.next()).toMatchObject({ kind: "discard", order: 1 });
	expect(client.lose()).toEqual([]);
});
