import { generate } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import { connectPacket, DESIRED, DEVICEBOUND, EVENTS, METHODS, RESPONSES, Rig, SECOND_KEY } from "../rig.js";

describe("SUBSCRIBE", () => {
	it.each([
		{ wanted: 0, granted: 0 },
		{ wanted: 1, granted: 1 },
		{ wanted: 2, granted: 1 },
	] as const)("[hub.suback] is granted QoS 1 at most: $wanted, $granted", ({ wanted, granted }) => {
		const client = new Rig().client();
		client.heard();
		const subscriptions = [{ topic: RESPONSES, qos: wanted }];
		expect(client.send({ cmd: "subscribe", messageId: 3, subscriptions })).toEqual([`suback 3 ${granted}`]);
	});

	it.each([
		"#",
		"+/+",
		"devices/dev1/#",
		"devices/dev2/messages/devicebound/#",
		"devices/dev1/modules/mod1/inputs/#",
		"devices/dev1/messages/events/",
		"$iothub/#",
		"$iothub/twin/PATCH/properties/reported/#",
		"nightlight/commands",
	])("[hub.documented-topics] to %s closes the connection", (filter) => {
		const rig = new Rig();
		const client = rig.client();
		client.heard();
		expect(client.subscribe(filter)).toEqual(["closed"]);
		expect(rig.told("disconnected")[0]?.code).toBe("topic-not-allowed");
	});

	it("[hub.five-subscriptions] takes five, each as often as wanted, and closes at the sixth", () => {
		const rig = new Rig({ subscriptions: 3 });
		const client = rig.client();
		client.heard();
		expect(client.subscribe(DEVICEBOUND, RESPONSES, DESIRED)).toEqual(["suback 3 1,1,1"]);
		expect(client.subscribe(RESPONSES)).toEqual(["suback 3 1"]);
		client.send({ cmd: "unsubscribe", messageId: 4, unsubscriptions: [RESPONSES] });
		client.heard();
		expect(client.subscribe(METHODS)).toEqual(["suback 3 1"]);
		expect(client.subscribe(RESPONSES)).toEqual(["closed"]);
		expect(rig.told("disconnected")[0]?.code).toBe("too-many-subscriptions");
	});

	it("[hub.five-subscriptions] has five as the limit when nothing else is said", async () => {
		const { LIMITS } = await import("../../../../host-sim/azure-iot-hub/core/limits.js");
		expect(LIMITS.subscriptions).toBe(5);
	});
});

describe("connections", () => {
	it("[hub.one-connection] of one identity: the newest wins", () => {
		const rig = new Rig();
		const first = rig.client();
		first.heard();
		const second = rig.client();
		expect([first.heard(), second.heard()]).toEqual([["closed"], ["connack 0 present"]]);
		expect(rig.events.map(({ event }) => event)).toEqual(["connected", "disconnected", "connected"]);
		expect(rig.told("disconnected")[0]?.code).toBe("replaced");
		first.connection.closed();
		expect(rig.hub.isConnected("dev1")).toBe(true);
	});

	it("[hub.one-connection] of a device and of its module are two", () => {
		const rig = new Rig();
		const clients = [rig.client(), rig.client("dev1/mod1"), rig.client("dev2")];
		expect(clients.map(({ isClosed }) => isClosed)).toEqual([false, false, false]);
	});

	it("[hub.one-connection] that is refused leaves the other alone", () => {
		const rig = new Rig();
		const first = rig.client();
		rig.open().send(connectPacket("dev1", { password: "wrong" }));
		expect(first.isClosed).toBe(false);
	});

	it.each([
		{ rule: "hub.keep-alive", keepalive: 180, seconds: 270 },
		{ rule: "hub.keep-alive", keepalive: 1177, seconds: 1765.5 },
		{ rule: "hub.keep-alive", keepalive: 1178, seconds: 1767 },
		{ rule: "hub.keep-alive", keepalive: 65_535, seconds: 1767 },
		{ rule: "hub.keep-alive-0", keepalive: 0, seconds: 1767 },
	])("[$rule] with $keepalive s end after $seconds s of silence", ({ keepalive, seconds }) => {
		const rig = new Rig();
		const client = rig.client("dev1", { keepalive });
		rig.advance(1000);
		client.send({ cmd: "pingreq" });
		rig.advance(seconds * 1000 - 1);
		expect(client.isClosed).toBe(false);
		rig.advance(1);
		expect(client.isClosed).toBe(true);
		expect(rig.told("disconnected")[0]?.code).toBe("keep-alive-expired");
	});

	it("[hub.connect-timeout] end when no CONNECT comes", () => {
		const rig = new Rig();
		const client = rig.open();
		rig.advance(30_000);
		expect(client.isClosed).toBe(true);
		expect(rig.events).toMatchObject([{ event: "dropped", code: "no-connect" }]);
	});

	it("end when their identity is disabled or removed", () => {
		const rig = new Rig();
		const [device, module, other] = [rig.client(), rig.client("dev1/mod1"), rig.client("dev2")];
		const [, , dev2] = rig.hub.identities;
		rig.hub.register({ ...(dev2 as NonNullable<typeof dev2>), isEnabled: false });
		expect(other?.isClosed).toBe(true);
		rig.hub.unregister("dev1");
		expect([device?.isClosed, module?.isClosed]).toEqual([true, true]);
		expect(rig.hub.twin("dev1")).toMatchObject({ ok: false });
	});

	it("are taken by the new key of an identity that was registered again", () => {
		const rig = new Rig();
		const authentication = { type: "sas", primaryKey: SECOND_KEY, secondaryKey: SECOND_KEY } as const;
		rig.hub.register({ device: "dev1", authentication, isEnabled: true });
		expect(rig.open().send(connectPacket("dev1"))).toEqual(["connack 5", "closed"]);
	});
});

describe("a client that breaks MQTT", () => {
	const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

	it.each([
		{ what: "a second CONNECT", bytes: generate(connectPacket("dev1")) },
		{ what: "SUBACK", bytes: hex("90 03 0001 00") },
		{ what: "PUBREL", bytes: hex("62 02 0001") },
		{ what: "a reserved type", bytes: hex("f0 00") },
		{ what: "wrong flags of SUBSCRIBE", bytes: hex("80 06 0001 0001 61 00") },
		{ what: "a SUBSCRIBE without a filter", bytes: hex("82 02 0001") },
		{ what: "a SUBSCRIBE with QoS 3", bytes: hex("82 06 0001 0001 61 03") },
		{ what: "a PUBLISH with QoS 3", bytes: hex("36 05 0001 61 0001") },
		{ what: "a PUBLISH with packet id 0", bytes: hex("32 05 0001 61 0000") },
		{ what: "a PUBLISH whose topic is longer than the packet", bytes: hex("30 03 0005 61") },
		{ what: "a PUBLISH whose topic is no UTF-8", bytes: hex("30 04 0002 c328") },
		{
			what: "a PUBLISH with DUP and QoS 0",
			bytes: generate({ cmd: "publish", topic: EVENTS, payload: "", qos: 0, dup: true, retain: false }),
		},
		{ what: "a PINGREQ with something in it", bytes: hex("c0 01 00") },
		{ what: "a Remaining Length of five bytes", bytes: hex("30 ff ff ff ff 7f") },
	])("by $what is disconnected, and the will sent", ({ bytes }) => {
		const rig = new Rig();
		const will = { topic: EVENTS, payload: Buffer.from(""), qos: 0 as const, retain: false };
		const client = rig.client("dev1", { will });
		client.heard();
		expect(client.raw(bytes)).toEqual(["closed"]);
		expect(rig.told("disconnected")).toMatchObject([{ code: "protocol-violation", will: true }]);
	});

	it("by a packet larger than any message is disconnected before it has come", () => {
		const rig = new Rig();
		const client = rig.client();
		client.heard();
		expect(client.raw(hex("30 ff ff ff 7f"))).toEqual(["closed"]);
		expect(rig.told("disconnected")[0]?.code).toBe("packet-too-large");
	});

	it.each([
		{
			what: "PUBLISH",
			bytes: generate({ cmd: "publish", topic: EVENTS, payload: "", qos: 0, dup: false, retain: false }),
		},
		{ what: "no MQTT at all", bytes: Buffer.from("GET / HTTP/1.1\r\n\r\n") },
		{ what: "CONNECT with flag 0 set", bytes: hex("10 0f 0004 4d515454 04 03 0000 0003 616263") },
	])("by $what before CONNECT is disconnected", ({ bytes }) => {
		const rig = new Rig();
		expect(rig.open().raw(bytes)).toEqual(["closed"]);
		expect(rig.events).toMatchObject([{ event: "dropped", code: "protocol-violation" }]);
	});

	it("is heard however its bytes are cut", () => {
		const rig = new Rig();
		const client = rig.open();
		const bytes = Buffer.concat([
			generate(connectPacket("dev1")),
			generate({
				cmd: "publish",
				topic: EVENTS,
				payload: "x",
				qos: 1,
				messageId: 9,
				dup: false,
				retain: false,
			}),
			generate({ cmd: "pingreq" }),
		]);
		for (const byte of bytes) client.connection.received(Uint8Array.of(byte));
		expect(client.heard()).toEqual(["connack 0 present", "puback 9", "pingresp"]);
		const other = rig.open();
		expect(other.raw(bytes)).toEqual(["connack 0 present", "puback 9", "pingresp"]);
	});
});

describe("a fault", () => {
	it("kicks a client, with its will", () => {
		const rig = new Rig();
		const client = rig.client();
		expect([rig.hub.kick("dev1"), rig.hub.kick("dev1"), client.isClosed]).toEqual([true, false, true]);
		expect(rig.told("disconnected")[0]?.code).toBe("kicked");
	});

	it("leaves a connection open and dead, until it times out", () => {
		const rig = new Rig();
		const client = rig.client("dev1", { keepalive: 10 });
		client.subscribe(DEVICEBOUND);
		client.heard();
		rig.hub.faults.ignore = () => true;
		expect(client.publish(EVENTS, "x", 1)).toEqual([]);
		rig.hub.send("dev1", { body: Buffer.from("x") });
		expect(client.heard()).toEqual([]);
		rig.hub.faults.ignore = undefined;
		expect(client.send({ cmd: "pingreq" })).toEqual([]);
		expect(rig.told("telemetry")).toEqual([]);
		rig.advance(15_000);
		expect(client.heard()).toEqual(["closed"]);
	});

	it("forgets sessions: the next CONNACK says so, and subscriptions are gone", () => {
		const rig = new Rig();
		const client = rig.client();
		client.subscribe(DEVICEBOUND);
		client.connection.closed();
		rig.hub.send("dev1", { body: Buffer.from("x") });
		rig.hub.forgetSessions("dev1");
		const next = rig.client();
		expect(next.heard()).toEqual(["connack 0"]);
		expect(next.subscribe(DEVICEBOUND)).toHaveLength(2);
	});

	it.each([
		{ fate: "drop" as const, after: [] },
		{ fate: 500, after: ["puback 7"] },
	])("drops or delays an answer: $fate", ({ fate, after }) => {
		const rig = new Rig();
		const client = rig.client();
		client.heard();
		rig.hub.faults.answer = (kind, id) => (kind === "puback" && id === "dev1" ? fate : "send");
		expect(client.publish(EVENTS, "x", 1)).toEqual([]);
		expect(rig.told("telemetry")).toHaveLength(1);
		rig.advance(499);
		expect(client.heard()).toEqual([]);
		rig.advance(1);
		expect(client.heard()).toEqual(after);
	});

	it("delays CONNACK, and with it all that was sent behind CONNECT", () => {
		const rig = new Rig();
		rig.hub.faults.answer = (kind) => (kind === "connack" ? 500 : "send");
		const client = rig.open();
		client.send(connectPacket("dev1"));
		expect(client.send({ cmd: "pingreq" })).toEqual([]);
		rig.advance(500);
		expect(client.heard()).toEqual(["connack 0 present", "pingresp"]);
	});

	it("closes everything when the hub stops, and keeps what it knew", () => {
		const rig = new Rig();
		const client = rig.client();
		client.subscribe(DEVICEBOUND);
		client.heard();
		rig.hub.stop();
		expect(client.heard()).toEqual(["closed"]);
		rig.hub.send("dev1", { body: Buffer.from("x") });
		expect(rig.client().heard()).toHaveLength(2);
	});
});
