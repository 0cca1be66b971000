import { describe, expect, it } from "vitest";
import { Rig } from "./rig.js";

/** Some brokers leave RETAIN on in what they deliver to subscribers who are there, against [MQTT-3.3.1-9]. */
describe("a message with RETAIN counts as one that the broker had stored", () => {
	const responseTimeout = 500;
	const STORED = ["again (retained)"];
	const LIVE = ["again"];

	it.each([
		{ name: "with SUBACK", after: 0, expected: STORED },
		{ name: "within the response timeout after SUBACK", after: responseTimeout - 1, expected: STORED },
		{ name: "not later", after: responseTimeout + 1, expected: LIVE },
		{ name: "not after the clock has gone round half", after: 2 ** 31 + 100, expected: LIVE },
		{ name: "not after the clock has gone round", after: 2 ** 32 + 100, expected: LIVE },
	])("$name", ({ after, expected }) => {
		const rig = new Rig({ mqtt: { responseTimeout, keepAlive: 0 } }).start();
		while (!rig.broker.heard.some((line) => line.startsWith("subscribe"))) rig.clock.advance(1);
		rig.clock.advance(after);
		rig.broker.publish("d1/commands", "again", { retain: true });
		// SUBACK and the message take as long on the wire.
		rig.clock.advance(10);
		expect(rig.messages).toEqual(expected);
	});

	it("before SUBACK, however late", () => {
		const rig = new Rig({ mqtt: { responseTimeout: 60_000 } });
		rig.broker.withheld.add("subscribe");
		rig.online();
		rig.clock.advance(50_000);
		rig.broker.publish("d1/commands", "first", { retain: true });
		rig.clock.advance(10);
		expect(rig.messages).toEqual(["first (retained)"]);
	});

	it("again after each reconnect", () => {
		const rig = new Rig({ mqtt: { responseTimeout } }).online();
		rig.clock.advance(responseTimeout + 100);
		rig.broker.publish("d1/commands", "live", { retain: true });
		rig.clock.advance(10);
		rig.broker.kill();
		rig.clock.advance(1200);
		rig.broker.publish("d1/commands", "stored", { retain: true });
		rig.clock.advance(10);
		expect(rig.messages).toEqual(["live", "stored (retained)"]);
	});
});
