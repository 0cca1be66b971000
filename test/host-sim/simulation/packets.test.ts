import { parser as makeParser, type Packet } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import { PacketReader } from "../../../host-sim/simulation/server/packets.js";

/** PUBLISH with the payload `x` to the topic `a`; the lower half of its first byte is given. */
const publish = (flags: number) => Uint8Array.of(0x30 | flags, 4, 0, 1, 0x61, 0x78);

/** How MQTT.js reads it, which is the client of the real server. */
function readByMqttJs(bytes: Uint8Array): Packet[] {
	const packets: Packet[] = [];
	const parser = makeParser();
	parser.on("packet", (packet) => packets.push(packet));
	parser.parse(Buffer.from(bytes));
	return packets;
}

describe("the simulated server reads a message with QoS 0 as MQTT.js does", () => {
	it.each([
		{ name: "plain", flags: 0 },
		{ name: "retained", flags: 1 },
		// Some brokers hand on the DUP of the publisher, which had another QoS.
		{ name: "with DUP", flags: 8 },
		{ name: "with DUP, retained", flags: 9 },
	])("$name", ({ flags }) => {
		const [read] = new PacketReader().read(publish(flags));
		const [theirs] = readByMqttJs(publish(flags));
		expect(theirs).toMatchObject({ cmd: "publish", qos: 0, topic: "a" });
		const { retain } = theirs as { readonly retain: boolean };
		expect(read).toEqual({ kind: "publish", topic: "a", payload: Uint8Array.of(0x78), retain });
	});

	it("throws for what it has not asked for", () => {
		expect(() => [...new PacketReader().read(publish(2))]).toThrow("a packet that begins with 50");
	});
});
