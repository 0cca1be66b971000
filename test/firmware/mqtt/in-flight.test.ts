import { describe, expect, it } from "vitest";
import { encodePublish } from "../../../firmware/mqtt/encode.js";
import { InFlightWindow, type SessionRecord } from "../../../firmware/mqtt/in-flight.js";
import { packetLine } from "./support.js";

const publish = (id: number, payload = ""): Uint8Array =>
	encodePublish({ topic: "a", payload, qos: 1, retain: false }, id);

const record = (order: number, id: number): SessionRecord => ({ order, packet: publish(id) });

const windowOf = (...ids: number[]): InFlightWindow =>
	new InFlightWindow(
		8,
		ids.map((id, index) => record(index + 1, id)),
	);

const ids = (entries: readonly { id: number }[]): number[] => entries.map(({ id }) => id);

describe("packet ids", () => {
	it.each([
		{ name: "the first is 1", inFlight: [], others: [], next: [1, 2, 3] },
		{ name: "they go on behind the youngest restored", inFlight: [7, 3], others: [], next: [4, 5, 6, 8] },
		{ name: "1 follows 65535, never 0 [MQTT-2.3.1-1]", inFlight: [65_534], others: [], next: [65_535, 1, 2] },
		{ name: "one in flight is left out [MQTT-2.3.1-2]", inFlight: [2, 3, 1], others: [], next: [4, 5] },
		{ name: "one of a SUBSCRIBE is left out [MQTT-2.3.1-2]", inFlight: [], others: [1, 3], next: [2, 4] },
		{
			name: "those in use are left out at the turn too",
			inFlight: [65_535, 1, 65_533],
			others: [2],
			next: [65_534, 3],
		},
		{ name: "several in a row are left out", inFlight: [2, 3, 4, 1], others: [5, 6], next: [7] },
	])("$name", ({ inFlight, others, next }) => {
		const window = windowOf(...inFlight);
		const pending = others.map((id) => ({ id }));
		expect(next.map(() => window.nextId(pending))).toEqual(next);
	});

	it("come back into use once they are free", () => {
		const window = windowOf(1, 65_535);
		expect(window.remove(1)?.id).toBe(1);
		expect(window.nextId([])).toBe(1);
	});

	it("are found though one only is free", () => {
		const window = windowOf();
		const taken = Array.from({ length: 65_535 }, (_, index) => ({ id: index + 1 }));
		expect(window.nextId(taken.filter(({ id }) => id !== 500))).toBe(500);
	});
});

describe("the window", () => {
	it("keeps packets in the order in which they came, with growing order numbers", () => {
		const window = new InFlightWindow(3, []);
		const added = [5, 2, 9].map((id) => window.add(id, publish(id), 0));
		expect(added.map(({ order, id }) => [order, id])).toEqual([
			[1, 5],
			[2, 2],
			[3, 9],
		]);
		expect(window.entries).toEqual(added);
	});

	it("is full at its limit and has room again behind it", () => {
		const window = new InFlightWindow(2, []);
		expect(window.isFull).toBe(false);
		window.add(1, publish(1), 0);
		expect(window.isFull).toBe(false);
		window.add(2, publish(2), 0);
		expect(window.isFull).toBe(true);
		window.remove(1);
		expect(window.isFull).toBe(false);
	});

	it("gives out what is acknowledged, in any order, and knows what is not in it", () => {
		const window = windowOf(4, 5, 6);
		expect(window.remove(5)).toMatchObject({ id: 5, order: 2 });
		expect(window.remove(5)).toBeUndefined();
		expect(window.remove(0)).toBeUndefined();
		expect(window.remove(7)).toBeUndefined();
		expect(ids(window.entries)).toEqual([4, 6]);
	});

	it("never gives an order number twice, though it was emptied", () => {
		const window = windowOf(1, 2);
		expect(ids(window.clear())).toEqual([1, 2]);
		expect(window.entries).toEqual([]);
		expect(window.isFull).toBe(false);
		expect(window.add(3, publish(3), 0).order).toBe(3);
	});

	it("restores records given in any order, and counts on from the last [MQTT-4.6.0-1]", () => {
		const window = new InFlightWindow(4, [record(30, 3), record(10, 65_535), record(20, 1)]);
		expect(window.entries.map(({ order, id }) => [order, id])).toEqual([
			[10, 65_535],
			[20, 1],
			[30, 3],
		]);
		expect(window.add(window.nextId([]), publish(4), 0)).toMatchObject({ order: 31, id: 4 });
	});

	it("orders records by number, not by text", () => {
		const window = new InFlightWindow(4, [record(10, 3), record(9, 2), record(100, 4)]);
		expect(ids(window.entries)).toEqual([2, 3, 4]);
	});

	it("keeps more than its limit when so much was restored, and is full", () => {
		const window = new InFlightWindow(1, [record(1, 1), record(2, 2)]);
		expect(window.isFull).toBe(true);
		window.remove(1);
		expect(window.isFull).toBe(true);
		window.remove(2);
		expect(window.isFull).toBe(false);
	});

	it("does not touch the list of records it was given", () => {
		const records = Object.freeze([record(2, 2), record(1, 1)]);
		new InFlightWindow(4, records).remove(1);
		expect(records.map(({ order }) => order)).toEqual([2, 1]);
	});

	it("repeats all in order with DUP and the same ids [MQTT-4.4.0-1] [MQTT-4.6.0-1] [MQTT-3.3.1-1]", () => {
		const window = windowOf(9, 3);
		window.add(5, publish(5, "on"), 0);
		const repeated = window.repeat(70).map(({ packet }) => packetLine(packet));
		expect(repeated).toEqual(["> publish 9 dup a=", "> publish 3 dup a=", "> publish 5 dup a=on"]);
		expect(window.repeat(70).map(({ packet }) => packetLine(packet))).toEqual(repeated);
	});

	it("notes when each was last handed over", () => {
		const window = windowOf(1);
		expect(window.add(2, publish(2), 50).since).toBe(50);
		expect(window.repeat(70).map(({ since }) => since)).toEqual([70, 70]);
	});

	const damaged = (change: (packet: number[]) => unknown): Uint8Array => {
		const packet = [...publish(1, "payload")];
		change(packet);
		return Uint8Array.from(packet);
	};
	it.each([
		{ name: "cut short", packet: damaged((packet) => packet.pop()) },
		{ name: "with bytes too many", packet: damaged((packet) => packet.push(0)) },
		{ name: "that is empty", packet: new Uint8Array(0) },
		{ name: "of another type", packet: Uint8Array.of(0x40, 2, 0, 1) },
		{ name: "with QoS 0", packet: encodePublish({ topic: "a", payload: "", qos: 0, retain: false }, 0) },
		{ name: "with packet id 0", packet: damaged((packet) => packet.splice(5, 2, 0, 0)) },
		{ name: "with an id that an older one has", packet: publish(7) },
	])("leaves out a record $name, and says so", ({ packet }) => {
		const window = new InFlightWindow(8, [record(3, 7), { order: 5, packet }, record(9, 8)]);
		expect(ids(window.entries)).toEqual([7, 8]);
		expect(window.invalid).toEqual([5]);
	});
});
