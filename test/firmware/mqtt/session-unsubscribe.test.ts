import { describe, expect, it } from "vitest";
import { broker, CLOCKS, Client } from "./support.js";

const { suback, unsuback } = broker;

/** A client that has asked to give filters up. */
function asked(...filters: string[]): Client {
	const client = new Client().online();
	client.session.unsubscribe(filters, client.now);
	return client;
}

describe("unsubscribe", () => {
	it.each([{ filters: ["a/#"] }, { filters: ["a", "+/b", "#"] }])(
		"is answered by UNSUBACK with its id: $filters [MQTT-2.3.1-7] [MQTT-3.10.4-4] [MQTT-3.10.4-6]",
		({ filters }) => {
			const client = asked(...filters);
			expect(client.take()).toEqual(["> unsubscribe 1"]);
			expect(client.receive(unsuback(1))).toEqual([`unsubscribed ${filters}`]);
			// Nothing is awaited any more.
			expect(client.wait(10_000)).toEqual([]);
		},
	);

	it("has an id that nothing else has [MQTT-2.3.1-2]", () => {
		const client = new Client().online();
		client.subscribe("a");
		client.session.unsubscribe(["b"], client.now);
		client.publish("c");
		expect(client.take()).toEqual(["> subscribe 1", "> unsubscribe 2", "store 1", "> publish 3 c="]);
		expect(client.receive(unsuback(2), suback(1, 0))).toEqual(["unsubscribed b", "subscribed a: 0"]);
	});

	it("may be asked several times before an answer, answered in any order", () => {
		const client = asked("a");
		client.session.unsubscribe(["b"], client.now);
		client.take();
		expect(client.receive(unsuback(2), unsuback(1))).toEqual(["unsubscribed b", "unsubscribed a"]);
	});

	it("lets messages through that were on their way [MQTT-3.10.4-2]", () => {
		const client = asked("a");
		client.take();
		expect(client.receive(broker.publish("a", "on"), unsuback(1))).toEqual(["< a=on", "unsubscribed a"]);
	});

	it.each([
		{ qos: 1 as const, lines: ["< a=on", "> puback 5"], again: ["< a=on", "> puback 5"] },
		{ qos: 2 as const, lines: ["< a=on", "store 1", "> pubrec 5"], again: ["> pubrec 5"] },
	])(
		"lets a delivery with QoS $qos be completed, also behind UNSUBACK [MQTT-3.10.4-3]",
		({ qos, lines, again }) => {
			const client = asked("a");
			client.take();
			expect(client.receive(broker.publish("a", "on", qos, 5))).toEqual(lines);
			expect(client.receive(unsuback(1))).toEqual(["unsubscribed a"]);
			expect(client.receive(broker.publish("a", "on", qos, 5, true))).toEqual(again);
			if (qos === 2) expect(client.receive(broker.pubrel(5))).toEqual(["discard 1", "> pubcomp 5"]);
		},
	);

	it("is answered also when nobody was subscribed, and closes when it is not [MQTT-3.10.4-5]", () => {
		const client = asked("never");
		client.take();
		expect(client.receive(unsuback(1))).toEqual(["unsubscribed never"]);
		client.session.unsubscribe(["never"], client.now);
		client.take();
		expect(client.wait(10_000)).toEqual(["closed: no UNSUBACK within 10000 ms"]);
	});

	it.each([
		{ name: "for nothing", bytes: unsuback(9), reason: "UNSUBACK for 9, which was not asked" },
		{ name: "for a SUBSCRIBE", bytes: unsuback(2), reason: "UNSUBACK for 2, which was not asked" },
		{ name: "as SUBACK", bytes: suback(1, 0), reason: "SUBACK for 1, which was not asked" },
		{ name: "for a PUBLISH", bytes: unsuback(3), reason: "UNSUBACK for 3, which was not asked" },
	])("closes on an answer $name", ({ bytes, reason }) => {
		const client = asked("a");
		client.subscribe("b");
		client.publish("c");
		client.take();
		expect(client.receive(bytes)).toEqual([`closed: ${reason}`]);
	});

	it("is not repeated on another connection, and its late answer closes", () => {
		const client = asked("a");
		client.lose();
		client.connect();
		expect(client.receive(broker.connack(true))).toEqual(["connected, session present"]);
		expect(client.receive(unsuback(1))).toEqual(["closed: UNSUBACK for 1, which was not asked"]);
	});

	it("throws when it cannot be asked, and nothing is sent", () => {
		const client = new Client();
		expect(() => client.session.unsubscribe(["a"], 0)).toThrow("unsubscribe before connected");
		client.online();
		for (const filters of [[], [""], ["a", "#/b"], ["a+"]]) {
			expect(() => client.session.unsubscribe(filters, 0)).toThrow(RangeError);
		}
		expect(client.take()).toEqual([]);
		expect(client.receive(unsuback(1))).toEqual(["closed: UNSUBACK for 1, which was not asked"]);
	});
});

it.each(CLOCKS)(
	"no UNSUBACK closes [MQTT-3.10.4-4] after the response timeout, with $clock",
	({ start, read }) => {
		const client = new Client({ start, clock: read, responseTimeout: 1000 }).online();
		client.session.unsubscribe(["a"], client.now);
		client.take();
		expect(client.timeout).toBe(1000);
		expect(client.wait(999)).toEqual([]);
		expect(client.wait(1)).toEqual(["closed: no UNSUBACK within 1000 ms"]);
	},
);
