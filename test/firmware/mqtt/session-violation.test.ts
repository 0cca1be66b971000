import { describe, expect, it } from "vitest";
import { MALFORMED } from "./malformed.js";
import { broker, Client, hex } from "./support.js";

const { connack, puback, pubrec, pubrel, pubcomp, suback, unsuback } = broker;

describe("a packet that is not right", () => {
	it.each(MALFORMED)("closes, behind what came before it: $name [MQTT-4.8.0-1]", ({ bytes, reason }) => {
		const client = new Client().online();
		expect(client.receive(broker.publish("a", "1", 1, 9), bytes, broker.publish("a", "2"))).toEqual([
			...["< a=1", "> puback 9"],
			`closed: ${reason}`,
		]);
		expect(client.receive(broker.publish("a", "3"))).toEqual([]);
		expect(client.publish("a")).toBeUndefined();
		expect(client.timeout).toBeUndefined();
	});

	it.each(MALFORMED)("closes in place of CONNACK too: $name [MQTT-4.8.0-1]", ({ bytes, reason }) => {
		const client = new Client();
		client.connect();
		expect(client.receive(bytes, connack())).toEqual([`closed: ${reason}`]);
		expect(client.session.isConnected).toBe(false);
	});

	it("does not outlive the connection", () => {
		const client = new Client().online();
		client.receive(hex("00"));
		client.lose();
		expect(client.connect()).toEqual(["> connect"]);
		expect(client.receive(connack(), broker.publish("a", "on"))).toEqual(["connected", "< a=on"]);
	});
});

/** What may wait for an answer under packet id 1, and how it comes to that. */
const AWAITED: Readonly<Record<string, (client: Client) => unknown>> = {
	nothing: () => {},
	"PUBLISH with QoS 1": (client) => client.publish("a", "x", 1),
	"PUBLISH with QoS 2": (client) => client.publish("a", "x", 2),
	PUBREL: (client) => {
		client.publish("a", "x", 2);
		client.take();
		client.receive(pubrec(1));
	},
	SUBSCRIBE: (client) => client.subscribe("a"),
	UNSUBSCRIBE: (client) => client.session.unsubscribe(["a"], client.now),
};

const ANSWERS = {
	PUBACK: puback(1),
	PUBREC: pubrec(1),
	PUBREL: pubrel(1),
	PUBCOMP: pubcomp(1),
	SUBACK: suback(1, 1),
	UNSUBACK: unsuback(1),
};

/** What is taken for an answer. */
const TAKEN: Readonly<Record<string, string>> = {
	"PUBACK to PUBLISH with QoS 1": "acknowledged 1",
	"PUBREC to PUBLISH with QoS 2": "> pubrel 1",
	"PUBCOMP to PUBREL": "acknowledged 1",
	"SUBACK to SUBSCRIBE": "subscribed a: 1",
	"UNSUBACK to UNSUBSCRIBE": "unsubscribed a",
	// Of an earlier life, or again: the broker is helped on.
	"PUBREC to nothing": "> pubrel 1",
	"PUBREC to PUBREL": "> pubrel 1",
	"PUBREC to SUBSCRIBE": "> pubrel 1",
	"PUBREC to UNSUBSCRIBE": "> pubrel 1",
};

const PAIRS = Object.entries(AWAITED).flatMap(([awaited, ask]) =>
	// PUBREL is about a message of the broker's, whose ids are others.
	Object.entries(ANSWERS).map(([answer, bytes]) => {
		const line = answer === "PUBREL" ? "> pubcomp 1" : TAKEN[`${answer} to ${awaited}`];
		return { awaited, ask, answer, bytes, line };
	}),
);

describe("where one packet is awaited and another comes", () => {
	it.each(PAIRS.filter(({ line }) => line !== undefined))(
		"$answer to $awaited is taken: $line",
		({ ask, bytes, line }) => {
			const client = new Client().online();
			ask(client);
			client.take();
			expect(client.receive(bytes)).toContain(line);
			expect(client.session.isConnected).toBe(true);
		},
	);

	it.each(PAIRS.filter(({ line }) => line === undefined))(
		"$answer to $awaited closes, and what is awaited is kept [MQTT-4.8.0-1]",
		({ ask, bytes, answer }) => {
			const client = new Client().online();
			ask(client);
			client.take();
			const { records } = client;
			const lines = client.receive(bytes, broker.publish("a", "later"));
			expect(lines).toEqual([expect.stringMatching(`^closed: ${answer} for 1, which `)]);
			expect(client.records).toEqual(records);
		},
	);
});
