import { describe, expect, it } from "vitest";
import type { SessionRecord } from "../../../firmware/mqtt/output.js";
import { broker, Client, hex, toHex } from "./support.js";

const { connack, puback } = broker;

const CLEAN = { connect: { cleanSession: true } };

/** A client with messages 1 to `count` on their way. */
function underWay(count: number, options = {}): Client {
	const client = new Client(options).online();
	for (let index = 1; index <= count; index++) {
		expect(client.publish("a", `${index}`)).toBe(index);
		client.take();
	}
	return client;
}

describe("publish with QoS 0", () => {
	it.each([
		{ name: "a persistent session", options: {} },
		{ name: "a clean session", options: CLEAN },
	])("is sent once, without id and record, in $name [MQTT-2.3.1-5]", ({ options }) => {
		const client = new Client(options).online();
		expect(client.publish("a/b", "on", 0)).toBe(0);
		expect(client.publish("a/b", "", 0, true)).toBe(0);
		expect(client.take()).toEqual(["> publish a/b=on", "> publish retain a/b="]);
		expect(client.records).toEqual([]);
		client.lose();
		client.connect();
		expect(client.receive(connack())).toEqual(["connected"]);
	});

	it("is possible while the window is full", () => {
		const client = underWay(1, { inFlight: 1 });
		expect(client.publish("a")).toBeUndefined();
		expect(client.publish("a", "", 0)).toBe(0);
	});
});

describe("publish with QoS 1", () => {
	it("is stored before it is sent, and discarded when it is acknowledged [MQTT-4.3.2-1]", () => {
		const client = new Client().online();
		expect(client.publish("a", "on")).toBe(1);
		expect(client.take()).toEqual(["store 1", "> publish 1 a=on"]);
		expect(client.receive(puback(1))).toEqual(["discard 1", "acknowledged 1"]);
		expect(client.publish("a", "off", 1, true)).toBe(2);
		expect(client.take()).toEqual(["store 2", "> publish 2 retain a=off"]);
		expect(client.receive(puback(2))).toEqual(["discard 2", "acknowledged 2"]);
		expect(client.records).toEqual([]);
	});

	it("stores the packet as it goes on the wire", () => {
		const client = new Client().online();
		client.publish("a", "on");
		const [store, transmit] = client.takeOutputs();
		if (store?.kind !== "store" || transmit?.kind !== "transmit") throw new Error("wrong outputs");
		expect(toHex(store.record.packet)).toBe("3207000161 0001 6f6e".replaceAll(" ", ""));
		expect(toHex(transmit.bytes)).toBe(toHex(store.record.packet));
	});

	it("stores and discards nothing in a clean session", () => {
		const client = new Client(CLEAN).online();
		expect(client.publish("a", "on")).toBe(1);
		expect(client.take()).toEqual(["> publish 1 a=on"]);
		expect(client.receive(puback(1))).toEqual(["acknowledged 1"]);
	});

	it("is acknowledged in any order", () => {
		const client = underWay(3);
		expect(client.receive(puback(2), puback(3), puback(1))).toEqual([
			"discard 2",
			"acknowledged 2",
			"discard 3",
			"acknowledged 3",
			"discard 1",
			"acknowledged 1",
		]);
	});

	it.each([
		{ name: "that never was", bytes: puback(9), reason: "PUBACK for 9, which is not in flight" },
		{ name: "twice", bytes: puback(1), reason: "PUBACK for 1, which is not in flight" },
		{ name: "of a SUBSCRIBE", bytes: puback(3), reason: "PUBACK for 3, which is not in flight" },
	])("closes on PUBACK for a packet id $name", ({ bytes, reason }) => {
		const client = underWay(2);
		client.subscribe("b");
		client.take();
		client.receive(puback(1));
		expect(client.receive(bytes)).toEqual([`closed: ${reason}`]);
		expect(client.receive(puback(2))).toEqual([]);
		expect(client.records).toHaveLength(1);
	});

	it("throws for what MQTT cannot express, and nothing is taken", () => {
		const client = new Client({ inFlight: 1 }).online();
		for (const topic of ["", "#", "a/+", "\0", "\ud800", "a".repeat(65_536)]) {
			expect(() => client.publish(topic)).toThrow(RangeError);
			expect(() => client.publish(topic, "", 0)).toThrow(RangeError);
		}
		expect(() => client.publish("a", "\udc00")).toThrow(RangeError);
		expect(client.take()).toEqual([]);
		expect(client.records).toEqual([]);
		expect(client.publish("a")).toBeGreaterThan(0);
	});
});

describe("what is under way is bounded", () => {
	it.each([1, 2, 4, 16])("by a window of %i messages", (inFlight) => {
		const client = underWay(0, { inFlight });
		for (let id = 1; id <= inFlight; id++) {
			expect(client.publish("a")).toBe(id);
			client.take();
		}
		expect(client.publish("a")).toBeUndefined();
		expect(client.take()).toEqual([]);
		client.receive(puback(inFlight));
		expect(client.publish("a")).toBe(inFlight + 1);
		expect(client.publish("a")).toBeUndefined();
	});

	it("by 16 outputs that a slow network has not taken", () => {
		const client = new Client({ inFlight: 100 }).online();
		for (let count = 0; count < 16; count++) expect(client.publish("a", `${count}`, 0)).toBe(0);
		expect(client.publish("a", "", 0)).toBeUndefined();
		expect(client.publish("a")).toBeUndefined();
		client.session.next();
		expect(client.publish("a", "last", 0)).toBe(0);
		expect(client.publish("a", "", 0)).toBeUndefined();
		const lines = client.take();
		expect(lines).toHaveLength(16);
		expect(lines[15]).toBe("> publish a=last");
		for (let count = 0; count < 16; count++) expect(client.publish("a")).toBeGreaterThan(0);
		expect(client.publish("a")).toBeUndefined();
	});
});

describe("what a program sends when it comes online", () => {
	it("is taken however much is sent again before it", () => {
		const client = underWay(30, { inFlight: 64 });
		client.lose();
		client.connect();
		client.session.receive(connack(true), client.now);
		expect(client.session.next()?.kind).toBe("connected");
		client.subscribe("b");
		expect(client.publish("status", "online", 0)).toBe(0);
		expect(client.publish("status", "online")).toBe(32);
		const lines = client.take();
		expect(lines.slice(0, 30).every((line) => line.includes(" dup "))).toBe(true);
		expect(lines.slice(30)).toEqual([
			"> subscribe 31",
			"> publish status=online",
			"store 31",
			"> publish 32 status=online",
		]);
	});
});

describe("packet ids", () => {
	it("are never 0 nor in use, over 70,000 messages [MQTT-2.3.1-1] [MQTT-2.3.1-2]", () => {
		const client = new Client({ inFlight: 5, responseTimeout: 600_000 }).online();
		const kept = new Set([client.publish("kept"), client.publish("kept"), client.publish("kept")]);
		client.subscribe("b");
		client.take();
		let problem: string | undefined;
		let turns = 0;
		let last = 0;
		for (let count = 0; count < 70_000; count++) {
			const id = client.publish("a") as number;
			if (!(id >= 1 && id <= 0xffff) || kept.has(id) || id === 4) problem ??= `${id} at ${count}`;
			if (id < last) turns++;
			last = id;
			while (client.session.next() !== undefined);
			client.session.receive(Uint8Array.of(0x40, 2, id >> 8, id & 0xff), 0);
			while (client.session.next() !== undefined);
		}
		expect(problem).toBeUndefined();
		expect(turns).toBe(1);
		expect(client.session.isConnected).toBe(true);
		expect(client.receive(broker.suback(4, 1))).toEqual(["subscribed b: 1"]);
		expect(client.receive(puback(1), puback(2), puback(3))).toHaveLength(6);
	});

	it("are shared with SUBSCRIBE", () => {
		const client = new Client().online();
		client.subscribe("a");
		client.publish("a");
		client.subscribe("b");
		client.publish("a");
		expect(client.take().filter((line) => line.startsWith(">"))).toEqual([
			"> subscribe 1",
			"> publish 2 a=",
			"> subscribe 3",
			"> publish 4 a=",
		]);
	});

	it("of what is in flight are not given to others after a reconnect", () => {
		const client = underWay(3);
		client.receive(puback(2));
		client.lose();
		client.online(true);
		expect([client.publish("a"), client.publish("a")]).toEqual([4, 5]);
	});
});

describe("a reconnect", () => {
	it.each([{ present: true }, { present: false }])(
		"sends again what is not acknowledged: in order, with DUP and the same ids, before anything else; session present: $present [MQTT-3.1.2-4] [MQTT-4.4.0-1] [MQTT-4.6.0-1] [MQTT-3.3.1-1] [MQTT-2.3.1-3]",
		({ present }) => {
			const client = underWay(4);
			client.receive(puback(2));
			client.lose();
			expect(client.connect()).toEqual(["> connect"]);
			client.session.receive(connack(present), client.now);
			expect(client.session.next()).toEqual({ kind: "connected", sessionPresent: present });
			// The program does at once what it always does.
			client.subscribe("b");
			client.publish("a", "new");
			expect(client.take()).toEqual([
				"> publish 1 dup a=1",
				"> publish 3 dup a=3",
				"> publish 4 dup a=4",
				"> subscribe 5",
				"store 5",
				"> publish 6 a=new",
			]);
			expect(client.receive(puback(1), puback(3), puback(4), puback(6))).toHaveLength(8);
			expect(client.records).toEqual([]);
		},
	);

	it("may come again and again", () => {
		const client = underWay(2);
		for (let count = 0; count < 5; count++) {
			client.lose();
			client.connect();
			expect(client.receive(connack(true)).slice(1)).toEqual(["> publish 1 dup a=1", "> publish 2 dup a=2"]);
		}
		client.receive(puback(1));
		client.lose();
		client.connect();
		expect(client.receive(connack(true)).slice(1)).toEqual(["> publish 2 dup a=2"]);
	});

	it("sends what was taken and stored but never left", () => {
		const client = new Client().online();
		client.publish("a", "on");
		expect(client.session.next()?.kind).toBe("store");
		expect(client.lose()).toEqual([]);
		client.connect();
		expect(client.receive(connack())).toEqual(["connected", "> publish 1 dup a=on"]);
	});

	it("stores first what was taken and not even stored", () => {
		const client = new Client().online();
		client.publish("a", "on");
		client.session.lost();
		client.session.connect(0);
		expect(client.take()).toEqual(["store 1", "> connect"]);
		expect(client.receive(connack())).toEqual(["connected", "> publish 1 dup a=on"]);
	});

	it("that is refused leaves all for the next", () => {
		const client = underWay(2);
		client.lose();
		client.connect();
		expect(client.receive(connack(false, 3))).toHaveLength(1);
		client.lose();
		client.connect();
		expect(client.receive(connack(true))).toHaveLength(3);
	});

	it("with a clean session forgets all, and says so when the connection is lost [MQTT-3.1.2-6]", () => {
		const client = underWay(3, CLEAN);
		client.receive(puback(2));
		expect(client.lose()).toEqual(["undeliverable a=1", "undeliverable a=3"]);
		expect(client.lose()).toEqual([]);
		expect(client.connect().at(-1)).toBe("> connect");
		expect(client.receive(connack())).toEqual(["connected"]);
		expect(client.records).toEqual([]);
		for (let count = 0; count < 4; count++) expect(client.publish("a")).toBeGreaterThan(3);
		expect(client.receive(puback(1)).at(-1)).toMatch(/^closed: PUBACK for 1,/);
	});
});

describe("a new program", () => {
	/** The records of three messages, of which the second is acknowledged. */
	function records(): SessionRecord[] {
		const client = new Client().online();
		for (const text of ["1", "2", "3"]) client.publish("a", text);
		client.take();
		client.receive(puback(2));
		return client.records;
	}

	it("goes on with the records of the one before, in order, whatever their order was", () => {
		for (const list of [records(), records().reverse()]) {
			const client = new Client({ records: list });
			expect(client.connect()).toEqual(["> connect"]);
			expect(client.receive(connack(true))).toEqual([
				"connected, session present",
				"> publish 1 dup a=1",
				"> publish 3 dup a=3",
			]);
			expect(client.publish("a", "4")).toBe(4);
			expect(client.take()).toEqual(["store 4", "> publish 4 a=4"]);
			expect(client.receive(puback(3), puback(1))).toEqual([
				"discard 3",
				"acknowledged 3",
				"discard 1",
				"acknowledged 1",
			]);
		}
	});

	it("sends them though the broker has lost the session", () => {
		const client = new Client({ records: records() });
		client.connect();
		expect(client.receive(connack(false))).toEqual([
			"connected",
			"> publish 1 dup a=1",
			"> publish 3 dup a=3",
		]);
	});

	it("with a clean session sends none [MQTT-3.1.2-6]", () => {
		const client = new Client({ ...CLEAN, records: records() });
		expect(client.connect()).toEqual(["> connect"]);
		expect(client.receive(connack())).toEqual(["connected"]);
		client.lose();
		expect(client.connect()).toEqual(["> connect"]);
	});

	it("with a smaller window takes new messages when there is room", () => {
		const client = new Client({ inFlight: 1, records: records() }).online(true);
		expect(client.publish("a")).toBeUndefined();
		client.receive(puback(1));
		expect(client.publish("a")).toBeUndefined();
		client.receive(puback(3));
		expect(client.publish("a")).toBe(4);
	});

	it("goes on counting packet ids behind the last, over their end", () => {
		const client = new Client({ records: [{ order: 9, packet: hex("32 05 0001 61 ffff") }] }).online(true);
		expect(client.publish("a")).toBe(1);
		expect(client.take()).toEqual(["store 10", "> publish 1 a="]);
	});
});
