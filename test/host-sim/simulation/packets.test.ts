import { type IPublishPacket, parser as makeParser, type Packet } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import { PacketReader } from "../../../host-sim/simulation/server/packets.js";

/** PUBLISH with the payload `x` to the topic `a`, and, if it has QoS, the packet id 258; the lower half of its first byte is given. */
const publish = (flags: number) => {
	const id = (flags & 6) === 0 ? [] : [1, 2];
	return Uint8Array.of(0x30 | flags, 4 + id.length, 0, 1, 0x61, ...id, 0x78);
};

/** How MQTT.js reads it, which is the client of the real server. */
function readByMqttJs(bytes: Uint8Array): Packet[] {
	const packets: Packet[] = [];
	const parser = makeParser();
	parser.on("packet", (packet) => packets.push(packet));
	parser.parse(Buffer.from(bytes));
	return packets;
}

describe("the simulated server reads a message as MQTT.js does", () => {
	it.each([
		{ name: "plain", flags: 0 },
		{ name: "retained", flags: 1 },
		// Some brokers hand on the DUP of the publisher, which had another QoS.
		{ name: "with DUP", flags: 8 },
		{ name: "with DUP, retained", flags: 9 },
		{ name: "with QoS 1", flags: 2 },
		{ name: "with QoS 2, retained, again", flags: 13 },
	])("$name", ({ flags }) => {
		const [read] = new PacketReader().read(publish(flags));
		const [theirs] = readByMqttJs(publish(flags));
		expect(theirs).toMatchObject({ cmd: "publish", topic: "a" });
		const { retain, qos, messageId: id = 0 } = theirs as IPublishPacket;
		expect(read).toEqual({ kind: "publish", topic: "a", payload: Uint8Array.of(0x78), retain, qos, id });
	});

	it("throws for what no broker sends", () => {
		expect(() => [...new PacketReader().read(publish(6))]).toThrow("a packet that begins with 54");
	});
});
