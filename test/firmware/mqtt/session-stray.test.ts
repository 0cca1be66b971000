import { describe, expect, it } from "vitest";
import { broker, Client } from "./support.js";

/** A client that has answered a PUBREC for a message it does not know, so that one PUBCOMP may come. */
function withStray(): Client {
	const client = new Client().online();
	expect(client.receive(broker.pubrec(9))).toEqual(["> pubrel 9"]);
	return client;
}

describe("where a PUBCOMP may come for nothing", () => {
	it.each([
		{ name: "a PUBACK", bytes: broker.puback(8), reason: "PUBACK for 8, which is not in flight" },
		{
			name: "a PUBCOMP for what waits for PUBACK",
			bytes: broker.pubcomp(1),
			reason: "PUBCOMP for 1, which is waiting for PUBACK",
		},
	])("$name may not", ({ bytes, reason }) => {
		const client = withStray();
		expect(client.publish("a")).toBe(1);
		client.take();
		expect(client.receive(bytes)).toEqual([`closed: ${reason}`]);
	});
});

describe("a message with QoS 1", () => {
	it("is told though one with QoS 2 has its id and is not released", () => {
		const client = new Client().online();
		client.receive(broker.publish("a", "exactly once", 2, 5));
		expect(client.receive(broker.publish("a", "at least once", 1, 5))).toEqual([
			"< a=at least once",
			"> puback 5",
		]);
	});
});

describe("a connection that ended with nothing under way", () => {
	it("is no sign against the next message", () => {
		const client = new Client({ attempts: 2 });
		for (let count = 0; count < 4; count++) {
			client.online(true);
			client.lose();
		}
		client.online(true);
		client.publish("a", "x");
		client.lose();
		client.connect();
		expect(client.receive(broker.connack(true)).slice(1)).toEqual(["> publish 1 dup a=x"]);
	});
});
