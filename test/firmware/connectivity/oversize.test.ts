import { generate } from "mqtt-packet";
import { expect, it } from "vitest";
import { Rig } from "./rig.js";

it("is rid of a message that it refuses, though no connection lasts until its end [MQTT-4.5.0-2]", () => {
	const rig = new Rig({ mqtt: { cleanSession: false }, commands: { qos: 1 } });
	rig.broker.sessionPresent = true;
	const packet = { cmd: "publish", topic: "d1/commands", qos: 1, messageId: 7, retain: false } as const;
	const message = generate({ ...packet, payload: Buffer.alloc(100_000), dup: false });
	rig.start();
	// As a server does that keeps the session: it sends the message again until it is acknowledged.
	for (let count = 0; count < 5; count++) {
		rig.clock.advance(40_000);
		if (rig.broker.heard.includes("puback #7")) break;
		rig.broker.send(message.subarray(0, 50_000));
		rig.clock.advance(20);
		rig.broker.kill();
	}
	expect(rig.host.eventsOf("refused").length).toBeGreaterThan(0);
	expect(rig.broker.heard).toContain("puback #7");
});
