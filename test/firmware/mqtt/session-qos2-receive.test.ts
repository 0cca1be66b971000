import { describe, expect, it } from "vitest";
import type { SessionRecord } from "../../../firmware/mqtt/output.js";
import { broker, Client, packetLine } from "./support.js";

const { connack, publish, pubrel } = broker;

/** A message with QoS 2, the first time or again. */
const message = (id: number, payload = "on", dup = false): Uint8Array => publish("a", payload, 2, id, dup);

/** A client that got the messages 1 to `count`, and no PUBREL. */
function received(count: number, options = {}): Client {
	const client = new Client(options).online();
	for (let id = 1; id <= count; id++) client.receive(message(id));
	return client;
}

/** Reconnects; what comes of it. */
function reconnect(client: Client, sessionPresent: boolean): string[] {
	client.lose();
	client.connect();
	return client.receive(connack(sessionPresent));
}

const kept = (records: readonly SessionRecord[]): string[] => records.map(({ packet }) => packetLine(packet));

describe("a message with QoS 2", () => {
	it("is told, then its id is stored, then PUBREC leaves; PUBREL discards it, then PUBCOMP leaves [MQTT-4.3.3-2]", () => {
		const client = new Client().online();
		expect(client.receive(message(5))).toEqual(["< a=on", "store 1", "> pubrec 5"]);
		expect(kept(client.records)).toEqual(["> pubrec 5"]);
		expect(client.receive(pubrel(5))).toEqual(["discard 1", "> pubcomp 5"]);
		expect(client.records).toEqual([]);
	});

	it.each([{ dup: true }, { dup: false }])(
		"is told once until PUBREL, however often it comes, DUP $dup [MQTT-4.3.3-2]",
		({ dup }) => {
			const client = received(1);
			for (let count = 0; count < 3; count++) {
				expect(client.receive(message(1, "on", dup))).toEqual(["> pubrec 1"]);
			}
			expect(client.receive(pubrel(1))).toEqual(["discard 1", "> pubcomp 1"]);
		},
	);

	it("may have the same id as one that was released, DUP or not: it is a new one [MQTT-3.3.1-3] [MQTT-4.3.3-2]", () => {
		const client = received(1);
		client.receive(pubrel(1));
		expect(client.receive(message(1, "off"))).toEqual(["< a=off", "store 2", "> pubrec 1"]);
		client.receive(pubrel(1));
		expect(client.receive(message(1, "on", true))).toEqual(["< a=on", "store 3", "> pubrec 1"]);
	});

	it("is not told twice when its acknowledgement was lost", () => {
		const client = new Client().online();
		client.session.receive(message(5), 0);
		expect(client.session.next()).toMatchObject({ kind: "publish", id: 5, qos: 2 });
		// The network goes: the record is still to be stored, PUBREC is not sent any more.
		expect(client.lose()).toEqual(["store 1"]);
		client.online(true);
		expect(client.receive(message(5, "on", true))).toEqual(["> pubrec 5"]);
	});

	it("has an id of its own, whatever goes out under the same one [MQTT-2.3.1-4]", () => {
		const client = new Client().online();
		expect(client.publish("b", "x", 2)).toBe(1);
		client.take();
		expect(client.receive(message(1))).toEqual(["< a=on", "store 2", "> pubrec 1"]);
		expect(client.receive(broker.pubrec(1))).toEqual(["store 3", "> pubrel 1", "discard 1"]);
		expect(client.receive(pubrel(1))).toEqual(["discard 2", "> pubcomp 1"]);
		expect(client.receive(broker.pubcomp(1))).toEqual(["discard 3", "acknowledged 1"]);
	});

	it("stores and discards nothing in a clean session, and is told once all the same [MQTT-4.1.0-2]", () => {
		const client = new Client({ connect: { cleanSession: true } }).online();
		expect(client.receive(message(5))).toEqual(["< a=on", "> pubrec 5"]);
		expect(client.receive(message(5, "on", true))).toEqual(["> pubrec 5"]);
		expect(client.receive(pubrel(5))).toEqual(["> pubcomp 5"]);
		client.receive(message(6));
		reconnect(client, false);
		expect(client.receive(message(6))).toEqual(["< a=on", "> pubrec 6"]);
	});

	it("too large is said once, and acknowledged [MQTT-4.5.0-2]", () => {
		const client = new Client().online();
		const large = "x".repeat(300);
		expect(client.receive(message(5, large))).toEqual(["< a, oversize 300", "store 1", "> pubrec 5"]);
		expect(client.receive(message(5, large, true))).toEqual(["> pubrec 5"]);
		expect(client.receive(pubrel(5), message(6))).toEqual([
			"discard 1",
			"> pubcomp 5",
			"< a=on",
			"store 2",
			"> pubrec 6",
		]);
	});

	it("is acknowledged in the order of the messages [MQTT-4.6.0-3]", () => {
		const client = new Client().online();
		const lines = client.receive(message(9), publish("a", "1", 1, 3), message(4), pubrel(9), pubrel(4));
		expect(lines.filter((line) => line.startsWith(">"))).toEqual([
			"> pubrec 9",
			"> puback 3",
			"> pubrec 4",
			"> pubcomp 9",
			"> pubcomp 4",
		]);
	});
});

describe("PUBREL for nothing", () => {
	it("is answered with PUBCOMP: the record may have gone before PUBCOMP left", () => {
		const client = received(1);
		client.receive(pubrel(1));
		expect(client.receive(pubrel(1), pubrel(77))).toEqual(["> pubcomp 1", "> pubcomp 77"]);
	});

	it("leaves what waits for its own PUBREL", () => {
		const client = received(2);
		client.receive(pubrel(9));
		expect(client.receive(message(2, "on", true))).toEqual(["> pubrec 2"]);
	});
});

describe("on another connection", () => {
	it("with the session present it is not told again, and released [MQTT-3.1.2-4] [MQTT-3.2.2-2] [MQTT-4.1.0-1]", () => {
		const client = received(2);
		expect(reconnect(client, true)).toEqual(["connected, session present"]);
		expect(client.receive(message(1, "on", true), pubrel(2))).toEqual([
			"> pubrec 1",
			"discard 2",
			"> pubcomp 2",
		]);
	});

	it("without the session its id means nothing: a new message may have it [MQTT-3.2.2-3]", () => {
		const client = received(2);
		expect(reconnect(client, false)).toEqual(["discard 1", "discard 2", "connected"]);
		expect(client.receive(message(1, "off"))).toEqual(["< a=off", "store 3", "> pubrec 1"]);
	});

	it("a refusal leaves all as it was", () => {
		const client = received(1);
		client.lose();
		client.connect();
		client.receive(connack(false, 3));
		reconnect(client, true);
		expect(client.receive(message(1, "on", true))).toEqual(["> pubrec 1"]);
	});

	it.each([
		{ present: true, lines: ["connected, session present", "> pubrec 2"] },
		{ present: false, lines: ["discard 1", "discard 2", "connected", "< a=on", "store 3", "> pubrec 2"] },
	])("of a new program, session present: $present", ({ present, lines }) => {
		const client = new Client({ records: received(2).records });
		expect(client.connect()).toEqual(["> connect"]);
		expect(client.receive(connack(present), message(2, "on", true))).toEqual(lines);
	});
});

describe("messages that the broker does not release", () => {
	const reason = "closed: more than 64 messages with QoS 2 that were not released";

	it("are at most 64; repetitions and other messages still come, one more closes [MQTT-4.8.0-2]", () => {
		const client = received(64);
		expect(client.receive(message(64, "on", true))).toEqual(["> pubrec 64"]);
		expect(client.receive(publish("a", "1", 1, 99))).toEqual(["< a=1", "> puback 99"]);
		expect(client.receive(message(65))).toEqual([reason]);
		expect(client.records).toHaveLength(64);
	});

	it("make room when they are released", () => {
		const client = received(64);
		client.receive(pubrel(30));
		expect(client.receive(message(65))).toEqual(["< a=on", "store 65", "> pubrec 65"]);
	});
});
