import { generate, type Packet } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import type { QoS } from "../../../firmware/mqtt/packet.js";
import type { Settings } from "../../support/virtual/config.js";
import { seededRandom } from "../../support/virtual/random.js";
import { Rig } from "./rig.js";

const KEPT: Settings = { mqtt: { cleanSession: false, attempts: 3 } };

const publish = (rig: Rig, payload: string, qos: QoS): boolean =>
	rig.connection.publish([{ topic: "d1/telemetry", payload, qos, retain: false }]);

const telemetry = (rig: Rig) => rig.broker.heard.filter((line) => line.startsWith("publish d1/telemetry"));

describe("a broker that acknowledges what was never sent", () => {
	it.each<{ name: string; packet: Packet }>([
		{ name: "PUBACK", packet: { cmd: "puback", messageId: 99 } },
		{ name: "PUBCOMP", packet: { cmd: "pubcomp", messageId: 99 } },
		{ name: "SUBACK", packet: { cmd: "suback", messageId: 99, granted: [0] } },
		{ name: "UNSUBACK", packet: { cmd: "unsuback", messageId: 99, granted: [] } },
	])("with $name is left, with a reason, and tried again [MQTT-4.8.0-1]", ({ name, packet }) => {
		const rig = new Rig().online();
		rig.broker.send(generate(packet));
		rig.clock.advance(10);
		expect(rig.reason).toContain(`${name} for 99`);
		expect(rig.code).toBe("protocol-violation");
		expect(rig.state).toBe("backoff");
		rig.clock.advance(1100);
		expect(rig.state).toBe("online");
	});

	it("with PUBREC has it released, as a message of an earlier life [MQTT-4.3.3-1]", () => {
		const rig = new Rig().online();
		rig.broker.send(generate({ cmd: "pubrec", messageId: 99 }));
		rig.clock.advance(10);
		expect(rig.broker.packets.at(-1)).toMatchObject({ cmd: "pubrel", messageId: 99 });
		expect(rig.state).toBe("online");
	});
});

describe("a broker that never acknowledges", () => {
	it.each([
		{ qos: 1 as const, code: "no-puback", reason: "no PUBACK within 10000 ms" },
		{ qos: 2 as const, code: "no-pubrec", reason: "no PUBREC within 10000 ms" },
	])("is left in time, and the message sent again to the next, QoS $qos", ({ qos, code, reason }) => {
		const rig = new Rig(KEPT);
		rig.broker.withheld.add("publish");
		rig.online();
		expect(publish(rig, "kept", qos)).toBe(true);
		rig.clock.advance(9999);
		expect(rig.state).toBe("online");
		rig.clock.advance(2);
		expect([rig.code, rig.reason]).toEqual([code, reason]);
		rig.broker.sessionPresent = true;
		rig.clock.advance(1100);
		expect(telemetry(rig)).toEqual(["publish d1/telemetry kept #2", "publish d1/telemetry kept #2 again"]);
	});
});

describe("a broker that closes at each PUBLISH of a kind", () => {
	it.each([1, 2] as const)(
		"has the message set aside, said, and the next one sent, QoS %i [MQTT-3.3.5-2]",
		(qos) => {
			const rig = new Rig(KEPT);
			rig.broker.withheld.add("publish");
			rig.online();
			expect(publish(rig, "poison", qos)).toBe(true);
			expect(publish(rig, "good", qos)).toBe(true);
			rig.broker.sessionPresent = true;
			for (let connection = 1; connection <= 3; connection++) {
				rig.clock.advance(10);
				expect(telemetry(rig).at(-2)).toMatch(/^publish d1\/telemetry poison #2/);
				rig.broker.kill();
				rig.clock.advance(5);
				while (rig.state !== "online") rig.clock.advance(1);
			}
			rig.clock.advance(10);
			expect(rig.host.eventsOf("refused")).toEqual([
				{
					event: "refused",
					topic: "d1/telemetry",
					code: "given-up",
					reason: "given up: the connection ended with it again and again",
					payload: "poison",
				},
			]);
			expect(telemetry(rig).filter((line) => line.includes("poison"))).toHaveLength(3);
			expect(telemetry(rig).at(-1)).toBe("publish d1/telemetry good #3 again");
		},
	);
});

describe("a broker that sends 256 MB", () => {
	/** The header of a PUBLISH as large as MQTT allows, and the beginning of its payload. */
	const beginning = Buffer.concat([
		Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f, 0, 11]),
		Buffer.from("d1/commands"),
		Buffer.alloc(2000, 0xd0),
	]);

	it("has the message told as too large at once, and skipped as it comes", () => {
		const rig = new Rig().online();
		rig.broker.send(beginning);
		rig.clock.advance(10);
		expect(rig.host.eventsOf("refused")).toMatchObject([
			{
				topic: "d1/commands",
				code: "too-large",
				reason: "268435442 bytes, too many for the receive buffer of 1024",
			},
		]);
		for (let second = 0; second < 25; second++) {
			rig.broker.send(Buffer.alloc(1000, 0xd0));
			expect(rig.publish("still here")).toBe(true);
			rig.clock.advance(1000);
		}
		expect(rig.state).toBe("online");
		expect(rig.messages).toEqual([]);
		expect(rig.host.eventsOf("refused")).toHaveLength(1);
	});

	it("is taken for alive while it comes, however long that takes, and not for longer", () => {
		const rig = new Rig().online();
		rig.broker.withheld.add("pingreq");
		rig.broker.send(beginning);
		for (let second = 0; second < 600; second++) {
			rig.broker.send(Buffer.alloc(1000, 0xd0));
			rig.clock.advance(1000);
		}
		expect(rig.state).toBe("online");
		// The server hears something within each keep-alive [MQTT-3.1.2-23].
		expect(rig.broker.heard.filter((line) => line === "pingreq")).toHaveLength(10);
		rig.clock.advance(10_000);
		expect([rig.code, rig.reason]).toEqual(["no-pingresp", "no PINGRESP in time"]);
	});
});

describe("two devices with one client id", () => {
	it("cut each other off less and less often [MQTT-3.1.4-2]", () => {
		const rigs = [1, 2].map((seed) => new Rig({}, { random: seededRandom(seed) }).start());
		const connects: number[] = [];
		for (let second = 0; second < 3600; second++) {
			rigs.forEach((rig, index) => {
				const before = rig.broker.clients.length;
				rig.clock.advance(1000);
				if (rig.broker.clients.length === before) return;
				connects.push(second);
				rigs[1 - index]?.broker.kill();
			});
		}
		const inMinute = (minute: number) =>
			connects.filter((second) => Math.floor(second / 60) === minute).length;
		expect(inMinute(0)).toBeGreaterThan(2);
		for (let minute = 10; minute < 60; minute++) expect(inMinute(minute)).toBeLessThanOrEqual(6);
	});
});
