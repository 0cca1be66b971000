import { describe, expect, it } from "vitest";
import { broker, CLOCKS, Client, toHex } from "./support.js";

const { suback } = broker;

describe("subscribe", () => {
	it("sends SUBSCRIBE and tells the answer, filter by filter [MQTT-3.8.4-4] [MQTT-3.8.4-5] [MQTT-3.9.3-1]", () => {
		const client = new Client().online();
		const subscriptions = [
			{ filter: "lamp/#", qos: 1 as const },
			{ filter: "+/all", qos: 0 as const },
		];
		client.session.subscribe(subscriptions, 0);
		const [output] = client.takeOutputs();
		if (output?.kind !== "transmit") throw new Error("no SUBSCRIBE");
		expect(toHex(output.bytes)).toBe("821300010006 6c616d702f23 01 0005 2b2f616c6c 00".replaceAll(" ", ""));
		client.session.receive(suback(1, 1, 0), 0);
		expect(client.takeOutputs()).toEqual([{ kind: "subscribed", subscriptions, returnCodes: [1, 0] }]);
	});

	it.each([
		{ name: "granted", codes: [1], line: "subscribed a: 1" },
		{ name: "granted with a higher QoS, which no statement forbids", codes: [2], line: "subscribed a: 2" },
		{ name: "granted with a lower QoS [MQTT-3.8.4-6]", codes: [0], line: "subscribed a: 0" },
		{ name: "refused, as without wildcards [MQTT-3.8.3-2]", codes: [0x80], line: "subscribed a: 128" },
	])("is $name", ({ codes, line }) => {
		const client = new Client().online();
		client.subscribe("a");
		client.take();
		expect(client.receive(suback(1, ...codes))).toEqual([line]);
		expect(client.session.isConnected).toBe(true);
	});

	it("may be granted in part", () => {
		const client = new Client().online();
		client.subscribe("a", "b", "c");
		client.take();
		expect(client.receive(suback(1, 1, 0x80, 0))).toEqual(["subscribed a,b,c: 1,128,0"]);
	});

	it("may be answered in another order, and after messages", () => {
		const client = new Client().online();
		client.subscribe("a");
		client.subscribe("b", "c");
		client.take();
		expect(client.receive(broker.publish("a", "on"), suback(2, 1, 0), suback(1, 1))).toEqual([
			"< a=on",
			"subscribed b,c: 1,0",
			"subscribed a: 1",
		]);
	});

	it.each([
		{ name: "too few", codes: [1] },
		{ name: "too many", codes: [1, 1, 1] },
	])("closes on $name return codes [MQTT-3.8.4-5]", ({ codes }) => {
		const client = new Client().online();
		client.subscribe("a", "b");
		client.take();
		expect(client.receive(suback(1, ...codes))).toEqual([
			"closed: SUBACK with a wrong number of return codes [MQTT-3.8.4-5]",
		]);
	});

	it.each([
		{ name: "was never used", id: 9 },
		{ name: "was answered", id: 1 },
		{ name: "is that of a PUBLISH", id: 2 },
	])("closes on a SUBACK whose packet id $name [MQTT-2.3.1-7] [MQTT-3.8.4-2]", ({ id }) => {
		const client = new Client().online();
		client.subscribe("a");
		client.publish("a");
		client.take();
		client.receive(suback(1, 1));
		expect(client.receive(suback(id, 1))).toEqual([`closed: SUBACK for ${id}, which was not asked`]);
	});

	it.each([
		{ name: "nothing", filters: [], text: /MQTT-3\.8\.3-3/ },
		{ name: "an empty filter", filters: [""], text: /MQTT-4\.7\.3-1/ },
		{ name: "a bad filter among good ones", filters: ["a", "a#"], text: /MQTT-4\.7\.1-2/ },
	])("throws for $name, and awaits nothing", ({ filters, text }) => {
		const client = new Client({ connect: { keepAlive: 0 } }).online();
		expect(() => client.subscribe(...filters)).toThrow(RangeError);
		expect(() => client.subscribe(...filters)).toThrow(text);
		expect(client.take()).toEqual([]);
		expect(client.timeout).toBeUndefined();
	});

	it("is asked anew on each connection; what was awaited is not [MQTT-3.8.4-3]", () => {
		const client = new Client().online();
		client.subscribe("a");
		client.take();
		client.lose();
		client.online(true);
		expect(client.wait(9999)).toEqual([]);
		client.subscribe("a");
		expect(client.take()).toEqual(["> subscribe 2"]);
		expect(client.wait(9999)).toEqual([]);
		expect(client.receive(suback(2, 1))).toEqual(["subscribed a: 1"]);
		expect(client.receive(suback(1, 1))).toEqual(["closed: SUBACK for 1, which was not asked"]);
	});
});

describe.each(CLOCKS)("without SUBACK, with $clock", ({ start, read }) => {
	const client = () => new Client({ start, clock: read, responseTimeout: 1000 }).online();

	it("the connection is closed after the response timeout [MQTT-3.8.4-1]", () => {
		const lamp = client();
		lamp.wait(300);
		lamp.subscribe("a");
		lamp.take();
		expect(lamp.timeout).toBe(1000);
		expect(lamp.wait(999)).toEqual([]);
		expect(lamp.timeout).toBe(1);
		expect(lamp.wait(1)).toEqual(["closed: no SUBACK within 1000 ms"]);
		expect(lamp.timeout).toBeUndefined();
		expect(lamp.receive(suback(1, 1))).toEqual([]);
	});

	it("each has its own time", () => {
		const lamp = client();
		lamp.subscribe("a");
		lamp.wait(600);
		lamp.subscribe("b");
		lamp.take();
		expect(lamp.timeout).toBe(400);
		lamp.wait(399);
		expect(lamp.receive(suback(1, 1))).toEqual(["subscribed a: 1"]);
		expect(lamp.timeout).toBe(601);
		expect(lamp.wait(600)).toEqual([]);
		expect(lamp.wait(1)).toEqual(["closed: no SUBACK within 1000 ms"]);
	});

	it("other packets are no answer", () => {
		const lamp = client();
		lamp.subscribe("a");
		lamp.take();
		lamp.wait(900);
		lamp.receive(broker.publish("a", "on"), broker.pingresp());
		expect(lamp.wait(100)).toEqual(["closed: no SUBACK within 1000 ms"]);
	});

	it("it counts without a keep-alive too", () => {
		const lamp = new Client({
			start,
			clock: read,
			responseTimeout: 1000,
			connect: { keepAlive: 0 },
		}).online();
		expect(lamp.timeout).toBeUndefined();
		lamp.subscribe("a");
		expect(lamp.timeout).toBe(1000);
		lamp.take();
		lamp.receive(suback(1, 0x80));
		expect(lamp.timeout).toBeUndefined();
		expect(lamp.wait(1_000_000)).toEqual([]);
	});
});
