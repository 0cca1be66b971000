import { describe, expect, it } from "vitest";
import { broker, CLOCKS, Client, outputLine } from "./support.js";

const { connack, puback, pubrec, pubcomp } = broker;

/** A client with messages 1 to `count` on their way with QoS 2. */
function underWay(count: number, options = {}): Client {
	const client = new Client(options).online();
	for (let index = 1; index <= count; index++) expect(client.publish("a", `${index}`, 2)).toBe(index);
	client.take();
	return client;
}

/** Reconnects; what comes behind `connected`. */
function reconnect(client: Client, sessionPresent = true): string[] {
	client.lose();
	client.connect();
	return client.receive(connack(sessionPresent)).slice(1);
}

describe("publish with QoS 2", () => {
	it("is PUBLISH, PUBREC, PUBREL, PUBCOMP; PUBREL is recorded before PUBLISH is forgotten [MQTT-4.3.3-1]", () => {
		const client = new Client().online();
		expect(client.publish("a", "on", 2, true)).toBe(1);
		expect(client.take()).toEqual(["store 1", "> publish 1 retain a=on"]);
		expect(client.receive(pubrec(1))).toEqual(["store 2", "> pubrel 1", "discard 1"]);
		expect(client.receive(pubcomp(1))).toEqual(["discard 2", "acknowledged 1"]);
		expect(client.records).toEqual([]);
	});

	it("is recorded as the packet that goes out next", () => {
		const client = underWay(1);
		expect(client.records.map(({ packet }) => outputLine({ kind: "transmit", bytes: packet }))).toEqual([
			"> publish 1 a=1",
		]);
		client.receive(pubrec(1));
		expect(client.records.map(({ packet }) => outputLine({ kind: "transmit", bytes: packet }))).toEqual([
			"> pubrel 1",
		]);
	});

	it("stores and discards nothing in a clean session", () => {
		const client = new Client({ connect: { cleanSession: true } }).online();
		client.publish("a", "on", 2);
		expect(client.take()).toEqual(["> publish 1 a=on"]);
		expect(client.receive(pubrec(1), pubcomp(1))).toEqual(["> pubrel 1", "acknowledged 1"]);
	});

	it("takes its place in the window, and its id, until PUBCOMP [MQTT-2.3.1-3]", () => {
		const client = underWay(1, { inFlight: 1 });
		expect(client.publish("a")).toBeUndefined();
		client.receive(pubrec(1));
		expect(client.publish("a")).toBeUndefined();
		client.receive(pubcomp(1));
		expect(client.publish("a")).toBe(2);
	});

	it("is released in the order of PUBREC [MQTT-4.6.0-4]", () => {
		const client = underWay(3);
		expect(client.receive(pubrec(2), pubrec(1), pubrec(3)).filter((line) => line.startsWith(">"))).toEqual([
			"> pubrel 2",
			"> pubrel 1",
			"> pubrel 3",
		]);
	});
});

describe("after a loss", () => {
	it.each([{ present: true }, { present: false }])(
		"before PUBREC, PUBLISH goes out again with DUP; session present: $present [MQTT-4.3.3-1] [MQTT-4.4.0-1]",
		({ present }) => {
			const client = underWay(1);
			expect(reconnect(client, present)).toEqual(["> publish 1 dup a=1"]);
			expect(client.receive(pubrec(1))).toEqual(["store 2", "> pubrel 1", "discard 1"]);
			expect(client.receive(pubcomp(1))).toEqual(["discard 2", "acknowledged 1"]);
			expect(reconnect(client)).toEqual([]);
		},
	);

	it.each([{ present: true }, { present: false }])(
		"before PUBCOMP, PUBREL goes out again and never PUBLISH; session present: $present [MQTT-4.3.3-1]",
		({ present }) => {
			const client = underWay(1);
			client.receive(pubrec(1));
			for (let count = 0; count < 3; count++) expect(reconnect(client, present)).toEqual(["> pubrel 1"]);
			expect(client.receive(pubcomp(1))).toEqual(["discard 2", "acknowledged 1"]);
		},
	);

	it("to a broker that forgot it, what PUBREC came of is the program's to send again: its PUBCOMP answers for nothing", () => {
		const client = new Client().online();
		client.session.publish({ topic: "a", payload: "1", qos: 2, retain: false, tag: "k-1" }, 0);
		client.take();
		client.receive(pubrec(1));
		client.lose();
		client.connect();
		client.session.receive(connack(false), 0);
		// The record, too, is of a message without a tag from then on.
		const [record, ...more] = client.takeOutputs();
		expect(record).toEqual({
			kind: "store",
			record: { order: 2, packet: expect.anything(), tag: undefined },
		});
		expect(more.map(outputLine)).toEqual(["connected", "> pubrel 1"]);
		expect(client.session.isInFlight("k-1")).toBe(false);
		client.session.receive(pubcomp(1), 0);
		expect(client.takeOutputs()).toEqual([
			{ kind: "discard", order: 2 },
			{ kind: "acknowledged", id: 1, tag: undefined },
		]);
	});

	it("to a broker that has it still, what PUBREC came of is not sent again: its PUBCOMP answers for it", () => {
		const client = new Client().online();
		client.session.publish({ topic: "a", payload: "1", qos: 2, retain: false, tag: "k-1" }, 0);
		client.take();
		client.receive(pubrec(1));
		expect(reconnect(client)).toEqual(["> pubrel 1"]);
		expect(client.session.isInFlight("k-1")).toBe(true);
	});

	it.each([
		{ name: "PUBLISH was stored", steps: 1, before: false, again: "> publish 1 dup a=on" },
		{ name: "PUBREL was stored", steps: 1, before: true, again: "> pubrel 1" },
	])("when $name but never left, $again", ({ steps, before, again }) => {
		const client = before ? underWay(1) : new Client().online();
		if (before) client.session.receive(pubrec(1), 0);
		else client.publish("a", "on", 2);
		for (let count = 0; count < steps; count++) expect(client.session.next()?.kind).toBe("store");
		expect(client.lose()).toEqual(before ? ["discard 1"] : []);
		client.connect();
		expect(client.receive(connack(true)).slice(1)).toEqual([again]);
	});

	it("when PUBREC was not read, PUBLISH goes out again", () => {
		const client = underWay(1);
		client.session.receive(pubrec(1), 0);
		expect(reconnect(client)).toEqual(["> publish 1 dup a=1"]);
	});

	it("all goes out in order: PUBLISH as first sent, then PUBREL as PUBREC came [MQTT-4.6.0-1] [MQTT-4.6.0-4]", () => {
		const client = underWay(4);
		client.receive(pubrec(3), pubrec(1));
		expect(reconnect(client)).toEqual([
			"> publish 2 dup a=2",
			"> publish 4 dup a=4",
			"> pubrel 3",
			"> pubrel 1",
		]);
	});

	it("a clean session sends nothing again [MQTT-3.1.2-6]", () => {
		const client = underWay(3, { connect: { cleanSession: true } });
		client.receive(pubrec(1));
		// The broker has the first.
		expect(client.lose()).toEqual(["undeliverable a=2", "undeliverable a=3"]);
		expect(reconnect(client, false)).toEqual([]);
	});
});

describe("a new program", () => {
	it.each([{ present: true }, { present: false }])(
		"goes on where the one before was; session present: $present [MQTT-4.1.0-1]",
		({ present }) => {
			const before = underWay(3);
			before.receive(pubrec(1), pubrec(3), pubcomp(3));
			const client = new Client({ records: before.records });
			client.connect();
			expect(client.receive(connack(present)).slice(1)).toEqual(["> publish 2 dup a=2", "> pubrel 1"]);
			expect(client.receive(pubcomp(1), pubrec(2), pubcomp(2))).toEqual([
				"discard 4",
				"acknowledged 1",
				"store 5",
				"> pubrel 2",
				"discard 2",
				"discard 5",
				"acknowledged 2",
			]);
		},
	);
});

describe("an answer that does not fit", () => {
	it("PUBREC again is answered with PUBREL, and both PUBCOMPs are taken", () => {
		const client = underWay(1);
		client.receive(pubrec(1));
		expect(client.receive(pubrec(1))).toEqual(["> pubrel 1"]);
		expect(client.receive(pubcomp(1), pubcomp(1))).toEqual(["discard 2", "acknowledged 1"]);
	});

	it("PUBREC for nothing is answered with PUBREL, whose PUBCOMP is taken once", () => {
		const client = new Client().online();
		expect(client.receive(pubrec(7))).toEqual(["> pubrel 7"]);
		expect(client.receive(pubcomp(7))).toEqual([]);
		expect(client.receive(pubcomp(7))).toEqual(["closed: PUBCOMP for 7, which is not in flight"]);
	});

	it("PUBCOMP for the PUBREL of another connection closes", () => {
		const client = new Client().online();
		client.receive(pubrec(7));
		reconnect(client);
		expect(client.receive(pubcomp(7))).toEqual(["closed: PUBCOMP for 7, which is not in flight"]);
	});

	it.each([
		{
			name: "PUBCOMP before PUBREC",
			qos: 2 as const,
			bytes: pubcomp(1),
			reason: "PUBCOMP for 1, which is waiting for PUBREC",
		},
		{
			name: "PUBACK to QoS 2",
			qos: 2 as const,
			bytes: puback(1),
			reason: "PUBACK for 1, which has QoS 2: the broker may not",
		},
		{
			name: "PUBREC to QoS 1",
			qos: 1 as const,
			bytes: pubrec(1),
			reason: "PUBREC for 1, which is waiting for PUBACK",
		},
		{
			name: "PUBCOMP to QoS 1",
			qos: 1 as const,
			bytes: pubcomp(1),
			reason: "PUBCOMP for 1, which is waiting for PUBACK",
		},
		{
			name: "PUBCOMP for nothing",
			qos: 2 as const,
			bytes: pubcomp(9),
			reason: "PUBCOMP for 9, which is not in flight",
		},
	])("$name closes, and nothing is lost", ({ qos, bytes, reason }) => {
		const client = new Client().online();
		client.publish("a", "x", qos);
		client.take();
		expect(client.receive(bytes)).toEqual([`closed: ${reason}`]);
		expect(reconnect(client)).toEqual(["> publish 1 dup a=x"]);
	});

	it("PUBACK to PUBREL closes", () => {
		const client = underWay(1);
		client.receive(pubrec(1));
		expect(client.receive(puback(1))).toEqual(["closed: PUBACK for 1, which is waiting for PUBCOMP"]);
		expect(reconnect(client)).toEqual(["> pubrel 1"]);
	});
});

describe.each(CLOCKS)("without an answer, with $clock", ({ start, read }) => {
	const client = () => new Client({ start, clock: read, responseTimeout: 1000 }).online();

	it("no PUBREC closes after the response timeout", () => {
		const lamp = client();
		lamp.publish("a", "x", 2);
		lamp.take();
		expect(lamp.timeout).toBe(1000);
		expect(lamp.wait(999)).toEqual([]);
		expect(lamp.wait(1)).toEqual(["closed: no PUBREC within 1000 ms"]);
	});

	it("no PUBCOMP closes after the response timeout, counted from PUBREL", () => {
		const lamp = client();
		lamp.publish("a", "x", 2);
		lamp.take();
		lamp.wait(600);
		lamp.receive(pubrec(1));
		expect(lamp.timeout).toBe(1000);
		expect(lamp.wait(999)).toEqual([]);
		expect(lamp.wait(1)).toEqual(["closed: no PUBCOMP within 1000 ms"]);
		lamp.lose();
		lamp.connect();
		expect(lamp.receive(connack(true)).slice(1)).toEqual(["> pubrel 1"]);
	});
});
