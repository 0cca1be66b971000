import { describe, expect, it } from "vitest";
import { Delivery } from "../../../firmware/mqtt/delivery.js";
import { encodeAcknowledgement, encodePublish } from "../../../firmware/mqtt/encode.js";
import type { Output, SessionRecord } from "../../../firmware/mqtt/output.js";
import { PacketType, type QoS } from "../../../firmware/mqtt/packet.js";
import { readRecord } from "../../../firmware/mqtt/record.js";
import { broker, Client, outputLine } from "./support.js";

const publish = (id: number, qos: QoS = 1, payload = ""): Uint8Array =>
	encodePublish({ topic: "a", payload, qos, retain: false }, id);

const record = (order: number, id: number, qos: QoS = 1): SessionRecord => ({
	order,
	packet: publish(id, qos),
});

const answer = (type: Parameters<typeof encodeAcknowledgement>[0], order: number, id: number) => ({
	order,
	packet: encodeAcknowledgement(type, id),
});

/** What goes out at once when the broker has the session of these records. */
const resumed = (records: readonly SessionRecord[]): string[] => {
	const client = new Client({ records });
	client.connect();
	return client.receive(broker.connack(true)).slice(1);
};

describe("records", () => {
	it.each([
		{
			name: "in any order",
			records: [record(30, 3), record(10, 65_535), record(20, 1)],
			ids: [65_535, 1, 3],
		},
		{
			name: "by number, not by text",
			records: [record(10, 3), record(9, 2), record(100, 4)],
			ids: [2, 3, 4],
		},
	])("are taken up $name, by their order [MQTT-4.6.0-1]", ({ records, ids }) => {
		expect(resumed(records)).toEqual(ids.map((id) => `> publish ${id} dup a=`));
	});

	it("of both kinds go out in the order of their records", () => {
		const records = [answer(PacketType.PUBREL, 2, 9), record(1, 7), record(3, 8, 2)];
		expect(resumed(records)).toEqual(["> publish 7 dup a=", "> pubrel 9", "> publish 8 dup a="]);
	});

	it("may be more than the window holds: there is room when they are answered", () => {
		const client = new Client({ inFlight: 1, records: [record(1, 1), record(2, 2)] }).online(true);
		expect(client.publish("a")).toBeUndefined();
		client.receive(broker.puback(1));
		expect(client.publish("a")).toBeUndefined();
		client.receive(broker.puback(2));
		expect(client.publish("a")).toBe(3);
	});

	it.each([
		{ name: "PUBLISH", last: record(30, 3), next: 4 },
		{ name: "PUBREL", last: answer(PacketType.PUBREL, 30, 3), next: 4 },
		{ name: "PUBREC", last: answer(PacketType.PUBREC, 30, 3), next: 1 },
	])("are counted on from the last order, a $name", ({ last, next }) => {
		const client = new Client({ records: [last] }).online(true);
		expect(client.publish("a")).toBe(next);
		expect(client.take()).toEqual(["store 31", `> publish ${next} a=`]);
	});

	it("are not touched, nor is their list", () => {
		const records = Object.freeze([record(2, 2), record(1, 1)]);
		const client = new Client({ records }).online(true);
		client.receive(broker.puback(1), broker.puback(2));
		expect(records.map(({ order }) => order)).toEqual([2, 1]);
	});

	it("never get an order number twice, though all is answered", () => {
		const client = new Client().online();
		for (let order = 1; order <= 3; order++) {
			client.publish("a");
			expect(client.take()[0]).toBe(`store ${order}`);
			client.receive(broker.puback(order));
		}
	});
});

const damaged = (change: (packet: number[]) => unknown): Uint8Array => {
	const packet = [...publish(1, 1, "payload")];
	change(packet);
	return Uint8Array.from(packet);
};

describe("a record that no session asked to keep is discarded, and the others are taken up:", () => {
	it.each([
		{ name: "cut short", packet: damaged((packet) => packet.pop()) },
		{ name: "with bytes too many", packet: damaged((packet) => packet.push(0)) },
		{ name: "empty", packet: new Uint8Array(0) },
		{ name: "PUBACK", packet: Uint8Array.of(0x40, 2, 0, 1) },
		{ name: "PUBCOMP", packet: Uint8Array.of(0x70, 2, 0, 1) },
		{ name: "PUBREL with wrong flags", packet: Uint8Array.of(0x60, 2, 0, 1) },
		{ name: "QoS 0", packet: encodePublish({ topic: "a", payload: "", qos: 0, retain: false }, 0) },
		{ name: "packet id 0", packet: damaged((packet) => packet.splice(5, 2, 0, 0)) },
		{ name: "PUBREC with an id that an older one has", packet: Uint8Array.of(0x50, 2, 0, 9) },
	])("$name", ({ packet }) => {
		const records = [record(3, 7), answer(PacketType.PUBREC, 4, 9), { order: 5, packet }, record(9, 8)];
		const client = new Client({ records });
		expect(client.connect()).toEqual(["discard 5", "> connect"]);
		expect(client.receive(broker.connack(true)).slice(1)).toEqual([
			"> publish 7 dup a=",
			"> publish 8 dup a=",
		]);
	});
});

describe("of two records with one id, as a power cut leaves them, the later one counts:", () => {
	it.each([
		{ name: "PUBLISH", packet: publish(7, 2), again: "> publish 7 dup a=" },
		{
			name: "PUBREL, and PUBLISH is not sent any more",
			packet: Uint8Array.of(0x62, 2, 0, 7),
			again: "> pubrel 7",
		},
	])("$name [MQTT-4.3.3-1]", ({ packet, again }) => {
		const client = new Client({ records: [record(3, 7), record(4, 8), { order: 5, packet }] });
		expect(client.connect()).toEqual(["discard 3", "> connect"]);
		expect(client.receive(broker.connack(true)).slice(1)).toEqual(["> publish 8 dup a=", again]);
	});
});

describe("a record's packet", () => {
	it.each([
		{ name: "PUBLISH with QoS 1", packet: publish(3), kind: "publish" },
		{ name: "PUBLISH with QoS 2", packet: publish(3, 2), kind: "publish" },
		{ name: "PUBREL", packet: encodeAcknowledgement(PacketType.PUBREL, 3), kind: "pubrel" },
		{ name: "PUBREC", packet: encodeAcknowledgement(PacketType.PUBREC, 3), kind: "pubrec" },
	])("$name is read", ({ packet, kind }) => {
		expect(readRecord(packet)).toEqual({ kind, id: 3 });
	});
});

describe("what is not persistent", () => {
	it("stores and discards nothing, damaged records included", () => {
		const outputs: Output[] = [];
		const delivery = new Delivery(
			{
				inFlight: 4,
				maximumPacket: 1000,
				attempts: 0,
				isPersistent: false,
				records: [record(1, 1), { order: 2, packet: new Uint8Array(0) }],
			},
			outputs,
		);
		delivery.lost();
		delivery.publish({ topic: "a", payload: "", qos: 2, retain: false }, [], 0);
		delivery.acknowledge({ kind: "pubrec", id: 1 }, 0);
		delivery.acknowledge({ kind: "pubcomp", id: 1 }, 0);
		expect(outputs.map(outputLine)).toEqual(["> publish 1 a=", "> pubrel 1", "acknowledged 1"]);
	});
});

describe("the largest packet", () => {
	/** 2 bytes of fixed header, 2 + 1 of topic, 2 of packet id with QoS 1 and 2. */
	it.each([
		{ qos: 0 as const, fits: 25 },
		{ qos: 1 as const, fits: 23 },
		{ qos: 2 as const, fits: 23 },
	])("is bounded by `maximumPacket`, the fixed header included, QoS $qos", ({ qos, fits }) => {
		const client = new Client({ maximumPacket: 30 }).online();
		expect(() => client.publish("a", "x".repeat(fits + 1), qos)).toThrow(
			new RangeError("a packet of 31 bytes, more than 30"),
		);
		expect(client.take()).toEqual([]);
		expect(client.publish("a", "x".repeat(fits), qos)).toBeDefined();
		expect(client.take().at(-1)).toMatch(/=x+$/);
	});

	it("does not hold back what was stored under another limit", () => {
		const records = [{ order: 1, packet: publish(1, 1, "x".repeat(50)) }];
		const client = new Client({ maximumPacket: 30, records });
		client.connect();
		expect(client.receive(broker.connack(true))[1]).toBe(`> publish 1 dup a=${"x".repeat(50)}`);
	});
});

/** A connection that is accepted and ends; what it brought. */
function round(client: Client, sessionPresent = true): string[] {
	client.connect();
	const lines = client.receive(broker.connack(sessionPresent)).slice(1);
	client.lose();
	return lines;
}

describe("a message on which connections end", () => {
	it.each([
		{ attempts: 1, qos: 1 as const },
		{ attempts: 3, qos: 1 as const },
		{ attempts: 3, qos: 2 as const },
	])("is given up after $attempts, and said, QoS $qos [MQTT-3.3.5-2]", ({ attempts, qos }) => {
		const client = new Client({ attempts }).online();
		client.publish("a", "x", qos);
		client.publish("b", "y", qos);
		client.take();
		client.lose();
		for (let ended = 1; ended < attempts; ended++) {
			expect(round(client)).toEqual(["> publish 1 dup a=x", "> publish 2 dup b=y"]);
		}
		client.connect();
		expect(client.receive(broker.connack(true)).slice(1)).toEqual([
			"discard 1",
			"undeliverable a=x",
			"> publish 2 dup b=y",
		]);
		expect(client.records.map(({ order }) => order)).toEqual([2]);
	});

	it("leaves as many connections to the next one", () => {
		const client = new Client({ attempts: 2, records: [record(1, 1), record(2, 2)] });
		const first = ["> publish 1 dup a=", "> publish 2 dup a="];
		expect(round(client)).toEqual(first);
		expect(round(client)).toEqual(first);
		expect(round(client)).toEqual(["discard 1", "undeliverable a=", "> publish 2 dup a="]);
		expect(round(client)).toEqual(["> publish 2 dup a="]);
		expect(round(client)).toEqual(["discard 2", "undeliverable a="]);
		expect(round(client)).toEqual([]);
	});

	it("is never given up with `attempts` 0", () => {
		const client = new Client({ attempts: 0, records: [record(1, 1)] });
		for (let count = 0; count < 50; count++) expect(round(client)).toEqual(["> publish 1 dup a="]);
	});

	it("is not given up for connections that the broker refused", () => {
		const client = new Client({ attempts: 1, records: [record(1, 1)] });
		for (let count = 0; count < 5; count++) {
			client.connect();
			client.receive(broker.connack(false, 3));
			client.lose();
		}
		expect(round(client)).toEqual(["> publish 1 dup a="]);
	});

	it("begins to count anew when any answer comes", () => {
		const client = new Client({ attempts: 2, records: [record(1, 1), record(2, 2), record(3, 3)] });
		round(client);
		client.online(true);
		client.receive(broker.puback(2));
		client.lose();
		expect(round(client)).toEqual(["> publish 1 dup a=", "> publish 3 dup a="]);
		expect(round(client)[0]).toBe("discard 1");
	});

	it("is not given up once the broker has it: PUBREL is sent for ever", () => {
		const client = new Client({ attempts: 1, records: [answer(PacketType.PUBREL, 1, 5)] });
		for (let count = 0; count < 20; count++) expect(round(client)).toEqual(["> pubrel 5"]);
	});
});
