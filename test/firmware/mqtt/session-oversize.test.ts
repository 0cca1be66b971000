import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { broker, Client, chunked, concat } from "./support.js";

const LARGE = "0123456789".repeat(50);
const ENOUGH = 400;

/** A client with a receive buffer of 256 bytes that has got the first bytes of `message`. */
function receiving(message: Uint8Array): Client {
	const client = new Client({ pieces: true }).online();
	expect(client.receive(message.subarray(0, ENOUGH))).toEqual([`< a, oversize ${LARGE.length}`]);
	return client;
}

describe("a message larger than the receive buffer, of which nobody wants the pieces,", () => {
	it.each([
		{ qos: 0 as const, lines: [] },
		{ qos: 1 as const, lines: ["> puback 7"] },
		{ qos: 2 as const, lines: ["store 1", "> pubrec 7"] },
	])("is told and acknowledged at once, and skipped, with QoS $qos [MQTT-4.5.0-2]", ({ qos, lines }) => {
		const message = broker.publish("a", LARGE, qos, 7);
		const client = new Client().online();
		const told = [`< a, oversize ${LARGE.length}`, ...lines];
		expect(client.receive(message.subarray(0, ENOUGH))).toEqual(told);
		expect(client.receive(message.subarray(ENOUGH), broker.publish("a", "on", 0))).toEqual(["< a=on"]);
	});
});

describe("a message larger than the receive buffer, of which the pieces are wanted,", () => {
	it.each([
		{ qos: 0 as const, lines: [] },
		{ qos: 1 as const, lines: ["> puback 7"] },
		{ qos: 2 as const, lines: ["store 1", "> pubrec 7"] },
	])("with QoS $qos is acknowledged behind its last piece [MQTT-4.3.2-2]", ({ qos, lines }) => {
		const message = broker.publish("a", LARGE, qos, 7);
		const client = receiving(message);
		expect(client.receive(message.subarray(ENOUGH, -1))).toEqual([]);
		expect(client.receive(message.subarray(-1))).toEqual(["< the end of it", ...lines]);
	});

	it.each([1, 2] as const)("with QoS %i is acknowledged when it has come again after half of it", (qos) => {
		const message = broker.publish("a", LARGE, qos, 7);
		const client = receiving(message);
		expect(client.lose()).toEqual([]);
		expect(client.records).toEqual([]);
		client.online(true);
		const lines = client.receive(broker.publish("a", LARGE, qos, 7, true));
		expect(lines.slice(0, 2)).toEqual([`< a, oversize ${LARGE.length}`, "< the end of it"]);
		expect(lines.at(-1)).toBe(qos === 1 ? "> puback 7" : "> pubrec 7");
	});

	it("does not wait for its end when a connection is lost: the next message is whole", () => {
		const client = receiving(broker.publish("a", LARGE, 1, 7));
		client.lose();
		client.online(true);
		expect(client.receive(broker.publish("a", "on", 1, 8))).toEqual(["< a=on", "> puback 8"]);
	});

	it("with QoS 2 is told once, however many pieces come again [MQTT-4.3.3-2]", () => {
		const message = broker.publish("a", LARGE, 2, 7);
		const client = receiving(message);
		client.receive(message.subarray(ENOUGH));
		client.lose();
		client.online(true);
		const again = broker.publish("a", LARGE, 2, 7, true);
		expect(chunked(again, [50]).flatMap((chunk) => client.receive(chunk))).toEqual(["> pubrec 7"]);
		const other = broker.publish("a", LARGE, 2, 8);
		expect(client.receive(other)[1]).toBe("< the end of it");
	});

	it("can be handled in pieces on a chip that has no room for it", () => {
		const image = Uint8Array.from({ length: 1_000_000 }, (_, index) => (index * 31) >> 5);
		const client = new Client({ receiveBuffer: 64, pieces: true }).online();
		const hash = createHash("sha256");
		let largest = 0;
		for (const chunk of chunked(concat(broker.publish("firmware", image, 1, 7)), [512])) {
			client.session.receive(chunk, client.now);
			for (const output of client.takeOutputs()) {
				if (output.kind !== "oversize" && output.kind !== "piece") continue;
				hash.update(output.payload);
				largest = Math.max(largest, output.payload.length);
			}
		}
		expect(hash.digest("hex")).toBe(createHash("sha256").update(image).digest("hex"));
		expect(largest).toBe(512);
	});

	it("is a sign of life while it comes, however long that takes (3.1.2.10)", () => {
		const client = new Client({ connect: { keepAlive: 10_000 }, pieces: true }).online();
		const lines = chunked(broker.publish("a", LARGE, 0), [10]).flatMap((chunk) => [
			...client.wait(3000),
			...client.receive(chunk),
		]);
		expect(lines.filter((line) => line.startsWith("closed"))).toEqual([]);
		expect(lines.at(-1)).toBe("< the end of it");
	});
});

describe("answers behind a message that is long in coming", () => {
	const message = broker.publish("a", LARGE, 0);

	/** The lines of a client to whom 10 bytes of the message come every 500 ms. */
	function slowly(client: Client): string[] {
		return chunked(message, [10]).flatMap((chunk) => [...client.wait(500), ...client.receive(chunk)]);
	}

	it("are waited for: PUBACK", () => {
		const client = new Client({ responseTimeout: 2000, pieces: true }).online();
		client.publish("b");
		expect(slowly(client).filter((line) => line.startsWith("closed"))).toEqual([]);
		expect(client.wait(1999)).toEqual([]);
		expect(client.wait(1)).toEqual(["closed: no PUBACK within 2000 ms"]);
	});

	it("are waited for: SUBACK", () => {
		const client = new Client({ responseTimeout: 2000, pieces: true }).online();
		client.subscribe("b");
		expect(slowly(client).filter((line) => line.startsWith("closed"))).toEqual([]);
		expect(client.wait(1999)).toEqual([]);
		expect(client.wait(1)).toEqual(["closed: no SUBACK within 2000 ms"]);
	});

	it("are waited for: PINGRESP, with more pings meanwhile [MQTT-3.1.2-23]", () => {
		const client = new Client({
			connect: { keepAlive: 10_000 },
			responseTimeout: 2000,
			pieces: true,
		}).online();
		const lines = slowly(client);
		expect(lines.filter((line) => line.startsWith("closed"))).toEqual([]);
		expect(lines.filter((line) => line === "> pingreq")).toHaveLength(3);
		expect(client.wait(2000)).toEqual(["closed: no PINGRESP in time"]);
	});
});
