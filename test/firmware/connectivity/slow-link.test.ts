import { expect, it } from "vitest";
import { VirtualStorage } from "../../support/virtual/storage.js";
import { Rig } from "./rig.js";

/** The first reason for which the link failed. */
const failure = (rig: Rig) => rig.links.find((line) => line.startsWith("backoff")) ?? "none";

it("stays connected while a packet leaves slowly, and its answer comes", () => {
	const rig = new Rig({ mqtt: { keepAlive: 10_000, responseTimeout: 2000 } });
	rig.network.writable = 10;
	rig.online(5000);
	// 10 bytes in half a second, there and back.
	rig.network.latency = 500;
	rig.publish("x".repeat(300), 1);
	rig.clock.advance(60_000);
	expect(failure(rig)).toBe("none");
});

it("waits for CONNACK behind a CONNECT that leaves slowly", () => {
	const rig = new Rig({ mqtt: { keepAlive: 10_000, responseTimeout: 2000 } });
	rig.network.writable = 10;
	rig.network.latency = 500;
	rig.start().clock.advance(20_000);
	expect(failure(rig)).toBe("none");
});

it("closes for a missing PUBACK on a connection that is 25 days old", () => {
	// Few pings: a day's worth of the usual ones takes longer than all other tests here.
	const rig = new Rig({ mqtt: { keepAlive: 3_600_000 } }).online();
	rig.clock.advance(2 ** 31 + 60_000);
	expect(failure(rig)).toBe("none");
	rig.broker.withheld.add("publish");
	rig.publish("x", 1);
	rig.clock.advance(3_600_000);
	expect(failure(rig)).toContain("PUBACK");
});

it.each<{ name: string; qos: 0 | 1; withheld: "publish" | "pingreq"; says: string }>([
	{ name: "PUBACK", qos: 1, withheld: "publish", says: "no PUBACK within 2000 ms" },
	{ name: "PINGRESP", qos: 0, withheld: "pingreq", says: "no PINGRESP in time" },
])("closes for a missing $name also while later packets leave in pieces", ({ qos, withheld, says }) => {
	const rig = new Rig({ mqtt: { keepAlive: 10_000, responseTimeout: 2000, inFlight: 64 } });
	rig.network.writable = 10;
	rig.online(5000);
	rig.broker.withheld.add(withheld);
	for (let count = 0; count < 40; count++) {
		rig.publish("x".repeat(50), qos);
		rig.clock.advance(1000);
	}
	expect(failure(rig)).toContain(says);
});

it("stores what it takes at once, however much waits for the network", () => {
	const storage = new VirtualStorage();
	const rig = new Rig({ mqtt: { cleanSession: false, inFlight: 16 } }, { storage });
	rig.network.writable = 10;
	rig.online(5000);
	rig.network.latency = 500;
	const before = storage.domains.get("mqtt-session")?.size ?? 0;
	for (let count = 1; count <= 5; count++) {
		rig.publish("x".repeat(50), 1);
		expect(storage.domains.get("mqtt-session")?.size).toBe(before + count);
	}
	rig.clock.advance(60_000);
	expect(failure(rig)).toBe("none");
	expect(storage.domains.get("mqtt-session")?.size).toBe(before);
});
