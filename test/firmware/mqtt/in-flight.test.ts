import { describe, expect, it } from "vitest";
import { encodeAcknowledgement, encodePublish } from "../../../firmware/mqtt/encode.js";
import { answerTo, type InFlight, InFlightWindow, isPublish } from "../../../firmware/mqtt/in-flight.js";
import { PacketType, type QoS } from "../../../firmware/mqtt/packet.js";
import { packetLine } from "./support.js";

const publish = (id: number, payload = "", qos: QoS = 1): Uint8Array =>
	encodePublish({ topic: "a", payload, qos, retain: false }, id);

const pubrel = (id: number): Uint8Array => encodeAcknowledgement(PacketType.PUBREL, id);

/** A window of messages with these ids, their orders from 1. */
function windowOf(...ids: number[]): InFlightWindow {
	const window = new InFlightWindow();
	for (const [index, id] of ids.entries()) window.add(index + 1, id, publish(id), 0);
	return window;
}

const ids = (entries: readonly { id: number }[]): number[] => entries.map(({ id }) => id);

/** What is in the window under an id; fails when there is nothing. */
function found(window: InFlightWindow, id: number): InFlight {
	const entry = window.find(id);
	if (entry === undefined) throw new Error(`${id} is not there`);
	return entry;
}

describe("packet ids", () => {
	it.each([
		{ name: "the first is 1", inFlight: [], others: [], next: [1, 2, 3] },
		{ name: "they go on behind the youngest", inFlight: [7, 3], others: [], next: [4, 5, 6, 8] },
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
		window.remove(found(window, 1));
		expect(window.nextId([])).toBe(1);
	});

	it("stay in use while the broker has PUBREL to answer [MQTT-2.3.1-2]", () => {
		const window = windowOf(1, 65_535);
		window.release(found(window, 1), 9, pubrel(1), 0);
		expect(window.nextId([])).toBe(2);
	});

	it("are found though one only is free", () => {
		const window = windowOf(65_530);
		const taken = Array.from({ length: 65_535 }, (_, index) => ({ id: index + 1 }));
		expect(window.nextId(taken.filter(({ id }) => id !== 5))).toBe(5);
	});
});

describe("the window", () => {
	it("keeps packets in the order in which they came", () => {
		const window = windowOf(5, 2, 9);
		expect(window.entries.map(({ order, id }) => [order, id])).toEqual([
			[1, 5],
			[2, 2],
			[3, 9],
		]);
		expect(window.oldest?.id).toBe(5);
	});

	it.each([
		{ gone: 4, left: [5, 6] },
		{ gone: 5, left: [4, 6] },
		{ gone: 6, left: [4, 5] },
	])("gives out $gone of 4, 5, 6 and keeps the others in order", ({ gone, left }) => {
		const window = windowOf(4, 5, 6);
		window.remove(found(window, gone));
		expect(ids(window.entries)).toEqual(left);
		expect(window.find(gone)).toBeUndefined();
	});

	it("knows what is not in it", () => {
		const window = windowOf(4);
		expect(window.find(0)).toBeUndefined();
		expect(window.find(5)).toBeUndefined();
		expect(windowOf().oldest).toBeUndefined();
	});

	it("gives out all at once, and is empty", () => {
		const window = windowOf(1, 2);
		expect(ids(window.clear())).toEqual([1, 2]);
		expect(window.entries).toEqual([]);
	});

	it("puts PUBREL behind the others, under an order of its own [MQTT-4.6.0-4]", () => {
		const window = windowOf(7, 8);
		window.release(found(window, 7), 9, pubrel(7), 30);
		expect(window.entries.map(({ order, since, packet }) => [order, since, packetLine(packet)])).toEqual([
			[2, 0, "> publish 8 a="],
			[9, 30, "> pubrel 7"],
		]);
	});

	it("repeats all in order, PUBLISH with DUP, with the same ids [MQTT-4.4.0-1] [MQTT-4.6.0-1] [MQTT-3.3.1-1]", () => {
		const window = windowOf(9, 3, 4);
		window.add(4, 5, publish(5, "on", 2), 0);
		window.release(found(window, 3), 9, pubrel(3), 0);
		const repeated = ["> publish 9 dup a=", "> publish 4 dup a=", "> publish 5 dup a=on", "> pubrel 3"];
		expect(window.repeat(70).map(({ packet }) => packetLine(packet))).toEqual(repeated);
		expect(window.repeat(70).map(({ packet }) => packetLine(packet))).toEqual(repeated);
	});

	it("notes when each was last handed over", () => {
		const window = windowOf(1);
		window.add(2, 2, publish(2), 50);
		expect(window.entries.map(({ since }) => since)).toEqual([0, 50]);
		expect(window.repeat(70).map(({ since }) => since)).toEqual([70, 70]);
	});
});

describe("the answer to", () => {
	it.each([
		{ name: "PUBLISH with QoS 1", packet: publish(1), answer: "puback", isMessage: true },
		{ name: "PUBLISH with QoS 2", packet: publish(1, "", 2), answer: "pubrec", isMessage: true },
		{ name: "PUBREL", packet: pubrel(1), answer: "pubcomp", isMessage: false },
	])("$name is $answer (4.3.2, 4.3.3)", ({ packet, answer, isMessage }) => {
		expect(answerTo(packet)).toBe(answer);
		expect(isPublish(packet)).toBe(isMessage);
	});
});
