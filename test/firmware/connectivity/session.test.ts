import { describe, expect, it } from "vitest";
import type { StorageCode } from "../../../firmware/events.js";
import { type StorageOperation, VirtualStorage } from "../../support/virtual/storage.js";
import { Rig } from "./rig.js";

const KEPT = { mqtt: { cleanSession: false } };

/** A device that keeps its session, online, at a broker that acknowledges nothing. */
function unacknowledged(storage: VirtualStorage): Rig {
	const rig = new Rig(KEPT, { storage });
	rig.broker.withheld.add("publish");
	return rig.online();
}

/** The device after a power cut: a new host on the same storage. */
function reboot(storage: VirtualStorage, settings = KEPT): Rig {
	const rig = new Rig(settings, { storage });
	rig.broker.sessionPresent = !settings.mqtt.cleanSession;
	return rig;
}

const telemetry = (rig: Rig) => rig.broker.heard.filter((line) => line.startsWith("publish d1/telemetry"));

describe("a power cut between PUBLISH and PUBACK", () => {
	it("has the messages sent again, marked, in order, with their ids, before anything new", () => {
		const storage = new VirtualStorage();
		const first = unacknowledged(storage);
		for (const payload of ["a", "b", "c"]) expect(first.publish(payload, 1)).toBe(true);
		first.clock.advance(10);
		expect(telemetry(first)).toEqual(["a #2", "b #3", "c #4"].map((line) => `publish d1/telemetry ${line}`));

		const second = reboot(storage).online();
		expect(second.broker.heard).toEqual([
			"connect d1",
			...["a #2", "b #3", "c #4"].map((line) => `publish d1/telemetry ${line} again`),
			"subscribe d1/commands 0",
			"publish d1/status online retained",
		]);
		second.publish("d", 1);
		second.clock.advance(10);
		expect(second.broker.heard.at(-1)).toMatch(/^publish d1\/telemetry d #[56]$/);

		const third = reboot(storage).online();
		expect(telemetry(third)).toEqual([]);
	});

	it("has them sent again though the broker has forgotten the session", () => {
		const storage = new VirtualStorage();
		unacknowledged(storage).publish("a", 1);
		const second = reboot(storage);
		second.broker.sessionPresent = false;
		expect(telemetry(second.online())).toEqual(["publish d1/telemetry a #2 again"]);
	});

	it("has it sent again though it had not left yet", () => {
		const storage = new VirtualStorage();
		const first = unacknowledged(storage);
		first.publish("a", 1);
		expect(telemetry(first)).toEqual([]);
		expect(telemetry(reboot(storage).online())).toEqual(["publish d1/telemetry a #2 again"]);
	});

	it("has it sent again though the device was stopped before it could leave", () => {
		const storage = new VirtualStorage();
		const first = new Rig(KEPT, { storage });
		first.network.writable = 5;
		first.online(500).network.cut();
		for (const payload of ["a", "b"]) expect(first.publish(payload, 1)).toBe(true);
		first.stop();
		first.clock.advance(1000);
		expect(first.host.eventsOf("storage")).toEqual([]);
		expect(telemetry(reboot(storage).online())).toEqual(
			["a #2", "b #3"].map((line) => `publish d1/telemetry ${line} again`),
		);
	});

	it("loses what was meant to be lost: QoS 0, and clean sessions", () => {
		const storage = new VirtualStorage();
		unacknowledged(storage).publish("a", 0);
		expect(telemetry(reboot(storage).online())).toEqual([]);
		const clean = new Rig({}, { storage });
		clean.broker.withheld.add("publish");
		clean.online().publish("b", 1);
		expect(telemetry(reboot(storage).online())).toEqual([]);
		expect([...(storage.domains.get("mqtt-session")?.keys() ?? [])]).toEqual(["client"]);
	});
});

describe("a lost connection between PUBLISH and PUBACK", () => {
	it("has the messages sent again once it is back, and the storage is empty in the end", () => {
		const storage = new VirtualStorage();
		const rig = unacknowledged(storage);
		rig.publish("a", 1);
		rig.publish("b", 1);
		rig.clock.advance(10);
		rig.broker.kill();
		rig.broker.withheld.clear();
		rig.broker.sessionPresent = true;
		rig.clock.advance(1100);
		expect(telemetry(rig)).toEqual(
			["a #2", "b #3", "a #2 again", "b #3 again"].map((line) => `publish d1/telemetry ${line}`),
		);
		expect([...(storage.domains.get("mqtt-session")?.keys() ?? [])]).toEqual(["client"]);
	});

	it("has everything said that belongs to coming online, however much was on its way", () => {
		const rig = new Rig({ mqtt: { cleanSession: false, inFlight: 64 } });
		rig.broker.withheld.add("publish");
		rig.online();
		for (let count = 0; count < 64; count++) expect(rig.publish(`${count}`, 1)).toBe(true);
		rig.clock.advance(10);
		rig.broker.kill();
		rig.broker.sessionPresent = true;
		rig.clock.advance(1100);
		const heard = rig.broker.heard.slice(3 + 64);
		expect(heard).toHaveLength(1 + 64 + 2);
		expect(heard.slice(-2)).toEqual(["subscribe d1/commands 0", "publish d1/status online retained"]);
	});
});

describe("a message on which connections end", () => {
	it("is given up and reported, with the beginning of it, and the next one goes out", () => {
		const rig = new Rig({ mqtt: { cleanSession: false, attempts: 2 } });
		rig.broker.withheld.add("publish");
		rig.online();
		rig.publish("poison".padEnd(300, "!"), 1);
		rig.publish("next", 1);
		rig.broker.sessionPresent = true;
		for (let count = 0; count < 2; count++) {
			rig.clock.advance(10);
			rig.broker.kill();
			rig.clock.advance(10);
			while (rig.state !== "online") rig.clock.advance(10);
		}
		expect(rig.host.eventsOf("refused")).toEqual([
			{
				event: "refused",
				topic: "d1/telemetry",
				code: "given-up",
				reason: "given up: the connection ended with it again and again",
				payload: "poison".padEnd(200, "!"),
			},
		]);
		rig.clock.advance(10);
		expect(telemetry(rig).at(-1)).toBe("publish d1/telemetry next #3 again");
	});
});

describe("what is under way", () => {
	it("is at most what the configuration says; more is not taken", () => {
		const rig = new Rig({ mqtt: { inFlight: 2 } });
		rig.broker.withheld.add("publish");
		rig.online();
		expect(["a", "b", "c"].map((payload) => rig.publish(payload, 1))).toEqual([true, true, false]);
		expect(rig.publish("d", 0)).toBe(true);
		rig.clock.advance(10);
		expect(telemetry(rig).map((line) => line.split(" ")[2])).toEqual(["a", "b", "d"]);
	});

	it("makes room when it is acknowledged", () => {
		const rig = new Rig({ mqtt: { inFlight: 1 } }).online();
		for (const payload of ["a", "b", "c"]) {
			expect(rig.publish(payload, 1)).toBe(true);
			expect(rig.publish("no", 1)).toBe(false);
			rig.clock.advance(10);
		}
		expect(telemetry(rig)).toHaveLength(3);
	});
});

describe("a clean session that ends", () => {
	it.each([1, 2] as const)("tells what it gives up by a code of its own, QoS %d", (qos) => {
		const rig = new Rig();
		rig.broker.withheld.add("publish");
		rig.online();
		expect(rig.connection.publish([{ topic: "d1/telemetry", payload: "gone", qos, retain: false }])).toBe(
			true,
		);
		rig.clock.advance(20);
		rig.broker.kill();
		rig.clock.advance(20);
		expect(rig.host.eventsOf("refused")).toEqual([
			{
				event: "refused",
				topic: "d1/telemetry",
				code: "session-ended",
				reason: "given up: the connection ended before it was acknowledged",
				payload: "gone",
			},
		]);
	});
});

describe("a storage that fails", () => {
	it.each<{ failing: StorageOperation; code: StorageCode; reasons: string[] }>([
		{ failing: "open", code: "storage-unreadable", reasons: new Array(3).fill("cannot open mqtt-session") },
		{ failing: "list", code: "storage-unreadable", reasons: ["cannot list mqtt-session"] },
		{ failing: "write", code: "storage-unwritable", reasons: new Array(3).fill("cannot write client") },
		{ failing: "delete", code: "storage-unwritable", reasons: ["cannot delete 1", "cannot delete 2"] },
	])("at $failing is reported, and the device lives", ({ failing, code, reasons }) => {
		const storage = new VirtualStorage();
		storage.failing.add(failing);
		const rig = new Rig(KEPT, { storage }).online();
		for (const payload of ["a", "b"]) {
			expect(rig.publish(payload, 1)).toBe(true);
			rig.clock.advance(10);
		}
		expect(rig.host.eventsOf("storage")).toEqual(
			reasons.map((reason) => ({ event: "storage", code, reason })),
		);
		expect(telemetry(rig)).toEqual(["publish d1/telemetry a #2", "publish d1/telemetry b #3"]);
		expect(rig.state).toBe("online");
	});

	it("at reading one record is reported, and the others are sent again", () => {
		const storage = new VirtualStorage();
		const first = unacknowledged(storage);
		for (const payload of ["a", "b", "c"]) first.publish(payload, 1);
		storage.failing.add("read:2");
		const second = reboot(storage).online();
		expect(second.host.eventsOf("storage")).toEqual([
			{ event: "storage", code: "storage-unreadable", reason: "cannot read 2" },
		]);
		expect(telemetry(second)).toEqual(
			["a #2 again", "c #4 again"].map((line) => `publish d1/telemetry ${line}`),
		);
	});
});

describe("what an earlier session left", () => {
	it("is gone with a clean session, for good [MQTT-3.1.2-6]", () => {
		const storage = new VirtualStorage();
		unacknowledged(storage).publish("old", 1);
		reboot(storage, { mqtt: { cleanSession: true } }).online();
		const third = reboot(storage).online();
		expect(third.broker.heard.filter((line) => line.includes("old"))).toEqual([]);
	});

	it("is not sent by a device with another client id [MQTT-3.1.3-2]", () => {
		const storage = new VirtualStorage();
		unacknowledged(storage).publish("of d1", 1);
		const other = new Rig(KEPT, { storage, clientId: "d2" }).online();
		expect(other.broker.heard.filter((line) => line.includes("of d1"))).toEqual([]);
	});
});

describe("a large message on a slow link", () => {
	/** 1,460 bytes each 100 ms. */
	const slowly = () => {
		const rig = new Rig(KEPT).online();
		rig.network.latency = 100;
		return rig;
	};

	it("is waited for while it leaves, longer than for an answer", () => {
		const rig = slowly();
		expect(rig.publish("x".repeat(200_000), 1)).toBe(true);
		rig.clock.advance(20_000);
		expect(rig.links.slice(4)).toEqual([]);
		expect(telemetry(rig)).toHaveLength(1);
	});

	it("is given up when it does not leave any more", () => {
		const rig = slowly();
		rig.publish("x".repeat(200_000), 1);
		rig.clock.advance(5000);
		rig.network.cut();
		rig.clock.advance(10_100);
		expect(rig.links.at(-1)).toBe("backoff 1000: no PUBACK within 10000 ms");
	});
});
