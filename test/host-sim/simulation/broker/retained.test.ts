import { describe, expect, it } from "vitest";
import { Rig } from "./support.js";

describe("a retained message", () => {
	it.each([0, 1, 2] as const)("with QoS %i comes with a subscription, flagged [MQTT-3.3.1-8]", (qos) => {
		const rig = new Rig();
		const publisher = rig.client("p");
		publisher.publish("t", "m", qos, { retain: true });
		publisher.send({ cmd: "pubrel", messageId: 1 });
		const peer = rig.client("a");
		expect(peer.subscribe(["t", 2])).toEqual(["suback 1 2", `publish${qos ? " 1" : ""} t=m q${qos} retain`]);
	});

	it("comes with the lower QoS of its own and the one granted", () => {
		const rig = new Rig();
		rig.client("p").publish("t", "m", 1, { retain: true });
		expect(rig.client("a").subscribe(["t", 0])).toEqual(["suback 1 0", "publish t=m q0 retain"]);
	});

	it("comes unflagged to who had subscribed before [MQTT-3.3.1-9]", () => {
		const rig = new Rig();
		const peer = rig.subscriber("a", "t", 0);
		rig.client("p").publish("t", "m", 0, { retain: true });
		expect(peer.heard()).toEqual(["publish t=m q0"]);
	});

	it("takes the place of its topic's last, and is cleared by an empty one [MQTT-3.3.1-10]", () => {
		const rig = new Rig();
		const early = rig.subscriber("e", "t", 0);
		const publisher = rig.client("p");
		publisher.publish("t", "old", 1, { retain: true });
		publisher.publish("t", "new", 0, { retain: true });
		publisher.publish("t", "live", 0);
		expect(rig.client("a").subscribe(["t", 0])).toEqual(["suback 1 0", "publish t=new q0 retain"]);
		expect(rig.broker.state.retained).toBe(1);
		publisher.publish("t", "", 0, { retain: true });
		expect(rig.client("b").subscribe(["t", 0])).toEqual(["suback 1 0"]);
		expect(rig.broker.state.retained).toBe(0);
		expect(early.heard()).toEqual([
			"publish t=old q0",
			"publish t=new q0",
			"publish t=live q0",
			"publish t= q0",
		]);
	});

	it("is one for each topic that a filter matches, reserved ones left out", () => {
		const rig = new Rig();
		const publisher = rig.client("p");
		for (const topic of ["a/1", "a", "b/1", "$r/1"]) publisher.publish(topic, topic, 0, { retain: true });
		const topics = (filter: string) =>
			rig
				.client("s")
				.subscribe([filter, 0])
				.slice(1)
				.map((line) => line.split(/[ =]/)[1]);
		expect(topics("#")).toEqual(["a/1", "a", "b/1"]);
		expect(topics("a/#")).toEqual(["a/1", "a"]);
		expect(topics("+/1")).toEqual(["a/1", "b/1"]);
		expect(topics("$r/+")).toEqual(["$r/1"]);
		expect(topics("c")).toEqual([]);
	});

	it("comes again with the same subscription made again [MQTT-3.8.4-3]", () => {
		const rig = new Rig();
		rig.client("p").publish("t", "m", 0, { retain: true });
		const peer = rig.subscriber("a", "t", 0);
		expect(peer.subscribe(["t", 1])).toEqual(["suback 1 1", "publish t=m q0 retain"]);
		expect(peer.publish("t", "once")).toEqual(["publish t=once q0"]);
	});

	it("does not come with a session that goes on", () => {
		const rig = new Rig();
		rig.client("p").publish("t", "m", 1, { retain: true });
		const peer = rig.subscriber("a", "t", 1, { clean: false });
		peer.send({ cmd: "puback", messageId: 1 });
		peer.cut();
		expect(rig.link().connect("a", { clean: false })).toEqual(["connack 0 present"]);
	});

	it("keeps its flag when it is sent again", () => {
		const rig = new Rig();
		rig.client("p").publish("t", "m", 1, { retain: true });
		rig.subscriber("a", "t", 1, { clean: false }).cut();
		expect(rig.link().connect("a", { clean: false })).toEqual([
			"connack 0 present",
			"publish 1 t=m q1 dup retain",
		]);
	});
});
