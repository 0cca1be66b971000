import { generate } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import { aboveGranted, idInUse } from "./exceptions.js";
import { Granted } from "./granted.js";

describe("more than the granted QoS", () => {
	const publish = (
		qos: 0 | 1 | 2,
		topic: string,
		more: { retain?: boolean; dup?: boolean; payload?: string } = {},
	) =>
		generate({
			...{ cmd: "publish", topic, qos, payload: "x", dup: false, retain: false, messageId: 5 },
			...more,
		});

	it.each([
		{ name: "QoS 2 where 1 was granted", packet: publish(2, "a/b"), is: true },
		{ name: "so, retained, with DUP", packet: publish(2, "a/b", { retain: true, dup: true }), is: true },
		{ name: "so, with a long payload", packet: publish(2, "a/b", { payload: "x".repeat(20_000) }), is: true },
		{ name: "QoS 1 where 1 was granted", packet: publish(1, "a/b"), is: false },
		{ name: "QoS 0", packet: publish(0, "a/b"), is: false },
		{ name: "QoS 2 where 2 was granted", packet: publish(2, "a/c"), is: false },
		{ name: "QoS 2 where nothing is known", packet: publish(2, "a/d"), is: false },
		{ name: "another packet", packet: generate({ cmd: "pingresp" }), is: false },
	])("$name: $is", ({ packet, is }) => {
		const granted = new Granted();
		granted.set("c", "a/b", 2);
		granted.set("c", "a/b", 1);
		granted.set("d", "a/b", 2);
		granted.set("c", "a/c", 2);
		expect(granted.isExceeded("c", packet)).toBe(is);
		expect(granted.isExceeded("d", packet)).toBe(false);
	});
});

describe("an exception", () => {
	it("is told of a device, and of what it excuses", () => {
		expect([aboveGranted("d1nightlight_client"), idInUse("d1nightlight_client", "{}")]).toEqual([
			{ event: "exception", device: "d1", name: "above the granted QoS", excuses: "input" },
			{ event: "exception", device: "d1", name: "id in use", excuses: "promise", payload: "{}" },
		]);
	});

	it("is none of another client's", () => {
		expect([aboveGranted("nightlight_server"), idInUse("stranger", "{}")]).toEqual([undefined, undefined]);
	});
});
