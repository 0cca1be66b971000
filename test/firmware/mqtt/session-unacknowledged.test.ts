import { describe, expect, it } from "vitest";
import { encodePublish } from "../../../firmware/mqtt/encode.js";
import { broker, CLOCKS, Client } from "./support.js";

const { puback } = broker;

describe.each(CLOCKS)("without PUBACK, with $clock", ({ start, read }) => {
	const client = () => new Client({ start, clock: read, responseTimeout: 1000 }).online();

	it("the connection is closed after the response timeout, for the message to be sent again", () => {
		const lamp = client();
		lamp.wait(300);
		lamp.publish("a", "x");
		lamp.take();
		expect(lamp.timeout).toBe(1000);
		expect(lamp.wait(999)).toEqual([]);
		expect(lamp.wait(1)).toEqual(["closed: no PUBACK within 1000 ms"]);
		lamp.lose();
		lamp.connect();
		expect(lamp.receive(broker.connack(true))).toEqual(["connected, session present", "> publish 1 dup a=x"]);
		expect(lamp.timeout).toBe(1000);
	});

	it("each message has its own time", () => {
		const lamp = client();
		lamp.publish("a", "x");
		lamp.wait(600);
		lamp.publish("a", "y");
		lamp.take();
		lamp.wait(399);
		expect(lamp.receive(puback(1)).at(-1)).toBe("acknowledged 1");
		expect(lamp.timeout).toBe(601);
		expect(lamp.wait(601)).toEqual(["closed: no PUBACK within 1000 ms"]);
	});
});

it("a damaged record is thrown away, and the others are sent", () => {
	const message = { topic: "a", payload: "x", qos: 1, retain: false } as const;
	const records = [
		{ order: 3, packet: encodePublish(message, 9).subarray(0, 5) },
		{ order: 4, packet: encodePublish(message, 2) },
	];
	const lamp = new Client({ records });
	expect(lamp.connect()[0]).toMatch(/discard 3/);
	expect(lamp.receive(broker.connack(true))).toContain("> publish 2 dup a=x");
});
