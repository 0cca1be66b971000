import { generate, type Packet } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import type { BrokerFaults } from "../../../host-sim/simulation/broker/faults.js";
import { Clock } from "../../../host-sim/simulation/clock.js";
import { Outlet } from "./outlet.js";

const bytes = (packet: Packet): Buffer => generate(packet);
const CONNACK = bytes({ cmd: "connack", returnCode: 0, sessionPresent: false });
const PUBACK = bytes({ cmd: "puback", messageId: 1 });
const PUBREL = bytes({ cmd: "pubrel", messageId: 1 });
const PINGRESP = bytes({ cmd: "pingresp" });
const PUBLISH = bytes({
	cmd: "publish",
	topic: "a",
	payload: "x".repeat(300),
	qos: 0,
	dup: false,
	retain: false,
});

/** An outlet with a fault, and what has left when. */
function outletWith(answer?: NonNullable<BrokerFaults["answer"]>) {
	const clock = new Clock();
	const left: string[] = [];
	const heard: number[] = [];
	const link = {
		send: (sent: Uint8Array) => left.push(`${clock.elapsed}: ${Buffer.from(sent).toString("hex")}`),
		close: () => left.push(`${clock.elapsed}: closed`),
	};
	const outlet = new Outlet(clock, { answer }, link, (packet) => heard.push((packet[0] as number) >> 4));
	return { clock, left, heard, outlet };
}

const at = (time: number, ...packets: Buffer[]) => `${time}: ${Buffer.concat(packets).toString("hex")}`;

describe("what leaves", () => {
	it.each([1, 2, 3, 200, 1000])("leaves whole, however it comes: %d bytes at a time", (size) => {
		const { left, heard, outlet } = outletWith();
		const all = Buffer.concat([CONNACK, PUBLISH, PINGRESP]);
		for (let start = 0; start < all.length; start += size)
			outlet.send(all.subarray(start, start + size), "c");
		expect(left.map((line) => line.slice(3)).join("")).toBe(all.toString("hex"));
		expect(heard).toEqual([2, 3, 13]);
	});

	it("is nothing, once closed: the connection is closed once", () => {
		const { left, outlet } = outletWith();
		outlet.send(PINGRESP, "c");
		outlet.close();
		outlet.close();
		outlet.send(PINGRESP, "c");
		expect(left).toEqual([at(0, PINGRESP), "0: closed"]);
	});
});

describe("a fault", () => {
	it.each<{ name: string; fate: "drop" | number; wanted: string[] }>([
		{ name: "leaves an answer out", fate: "drop", wanted: [at(0, PUBLISH), at(0, PINGRESP)] },
		{ name: "delays an answer", fate: 50, wanted: [at(0, PUBLISH), at(0, PINGRESP), at(50, PUBACK)] },
	])("$name, and nothing else", ({ fate, wanted }) => {
		const { clock, left, outlet } = outletWith((kind) => (kind === "puback" ? fate : "send"));
		outlet.send(Buffer.concat([PUBACK, PUBLISH]), "c");
		outlet.send(PINGRESP, "c");
		clock.runTo(1000);
		expect(left).toEqual(wanted);
	});

	it("that delays an answer behind a CONNACK that is later still has it wait for that", () => {
		const { clock, left, outlet } = outletWith((kind) => (kind === "connack" ? 50 : 20));
		outlet.send(Buffer.concat([CONNACK, PUBREL]), "c");
		clock.runTo(1000);
		expect(left).toEqual([at(50, CONNACK, PUBREL)]);
	});

	it.each<{ fate: "drop" | number; wanted: string[] }>([
		{ fate: "drop", wanted: [] },
		{ fate: 50, wanted: [at(50, CONNACK, PUBLISH, PINGRESP), at(60, PINGRESP)] },
	])("that withholds CONNACK ($fate) holds up all behind it", ({ fate, wanted }) => {
		const { clock, left, outlet } = outletWith((kind) => (kind === "connack" ? fate : "send"));
		outlet.send(Buffer.concat([CONNACK, PUBLISH]), "c");
		outlet.send(PINGRESP, "c");
		clock.runTo(60);
		outlet.send(PINGRESP, "c");
		clock.runTo(1000);
		expect(left).toEqual(wanted);
	});

	it("delays nothing beyond the end of the connection", () => {
		const { clock, left, outlet } = outletWith(() => 50);
		outlet.send(PUBACK, "c");
		outlet.lost();
		clock.runTo(1000);
		expect(left).toEqual([]);
	});

	it("hears what kind of answer it is, and whose", () => {
		const asked: string[] = [];
		const { outlet } = outletWith((kind, client) => {
			asked.push(`${kind} ${client}`);
			return "send";
		});
		for (const packet of [CONNACK, PUBACK, PUBREL, PINGRESP, PUBLISH]) outlet.send(packet, "c");
		outlet.send(bytes({ cmd: "suback", messageId: 1, granted: [0] }), "d");
		expect(asked).toEqual(["connack c", "puback c", "pubrel c", "pingresp c", "suback d"]);
	});
});
