import { describe, expect, it } from "vitest";
import { connectPacket, generated, hex, Rig } from "./support.js";
import { FIRST, LATER } from "./violations.js";

describe("the connection is closed for", () => {
	it.each(FIRST)("%s at its beginning [%s]", (_, clause, bytes) => {
		const rig = new Rig();
		expect(rig.link().raw(hex(bytes))).toEqual(["closed"]);
		expect(rig.events).toMatchObject([{ event: "violation", client: "", clause }]);
		expect(rig.broker.state.sessions).toBe(0);
	});

	it.each(LATER)("%s [%s]", (_, clause, bytes) => {
		const rig = new Rig();
		const peer = rig.client("a");
		expect(peer.raw(hex(bytes))).toEqual(["closed"]);
		expect(rig.events.slice(1)).toMatchObject([
			{ event: "violation", client: "a", clause },
			{ event: "disconnected", client: "a", reason: "violation" },
		]);
	});

	it.each([...LATER])("%s, byte by byte, with the packet before it answered", (_, clause, bytes) => {
		const rig = new Rig();
		const peer = rig.link();
		for (const byte of [...generated(connectPacket("a")), 0xc0, 0, ...hex(bytes), 0xc0, 0]) {
			peer.raw(Uint8Array.of(byte));
		}
		expect(peer.lines).toEqual(["connack 0", "pingresp", "closed"]);
		expect(rig.events.at(-2)).toMatchObject({ clause });
	});

	it("a packet longer than it takes, as soon as its length is known", () => {
		const rig = new Rig({ longestPacket: 100 });
		const peer = rig.client("a");
		expect(peer.publish("t", "x".repeat(97))).toEqual([]);
		expect(peer.raw(hex("30 65"))).toEqual(["closed"]);
		expect(rig.events.at(-2)).toMatchObject({ event: "violation", clause: "4.2" });
	});

	it.each([
		["PUBACK", 2, "40 02 0001", "MQTT-4.3.3-2"],
		["PUBCOMP", 2, "70 02 0001", "MQTT-4.3.3-2"],
		["PUBREC", 1, "50 02 0001", "MQTT-4.3.2-2"],
	] as const)("%s as the answer to QoS %i", (_, qos, bytes, clause) => {
		const rig = new Rig();
		const peer = rig.subscriber("a", "t", 2);
		if (qos === 2) rig.client("p").publishOnce("t", "m");
		else rig.client("p").publish("t", "m", 1);
		expect(peer.heard()).toEqual([`publish 1 t=m q${qos}`]);
		expect(peer.raw(hex(bytes))).toEqual(["closed"]);
		expect(rig.events.at(-2)).toMatchObject({ event: "violation", client: "a", clause });
	});
});

it.each([
	["PUBACK", "40 02 0007", []],
	["PUBCOMP", "70 02 0007", []],
	["PUBREC", "50 02 0007", ["pubrel 7"]],
	["PUBREL", "62 02 0007", ["pubcomp 7"]],
])("%s with an id that is not in use is taken for a repetition", (_, bytes, answers) => {
	const peer = new Rig().client("a");
	expect(peer.raw(hex(bytes))).toEqual(answers);
	expect(peer.send({ cmd: "pingreq" })).toEqual(["pingresp"]);
});
