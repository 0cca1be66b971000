import { describe, expect, it } from "vitest";
import { connectPacket, generated, Rig } from "./support.js";

const QOS = [0, 1, 2] as const;

describe("a message is delivered", () => {
	it.each(QOS.flatMap((sent) => QOS.map((granted) => ({ sent, granted }))))(
		"with the lower QoS of $sent published and $granted granted",
		({ sent, granted }) => {
			const rig = new Rig();
			const peer = rig.subscriber("a", "t", granted);
			const publisher = rig.client("p");
			const answers = publisher.publish("t", "m", sent, { id: 7 });
			expect(answers).toEqual([[], ["puback 7"], ["pubrec 7"]][sent]);
			if (sent === 2) expect(publisher.send({ cmd: "pubrel", messageId: 7 })).toEqual(["pubcomp 7"]);
			const qos = Math.min(sent, granted);
			expect(peer.heard()).toEqual([`publish${qos > 0 ? " 1" : ""} t=m q${qos}`]);
		},
	);

	it("with QoS 2 at its PUBREL, once, however often it was repeated [MQTT-4.3.3-2]", () => {
		const rig = new Rig();
		const peer = rig.subscriber("a", "t", 0);
		const publisher = rig.client("p", { clean: false });
		expect(publisher.publish("t", "m", 2)).toEqual(["pubrec 1"]);
		expect(publisher.publish("t", "m", 2, { dup: true })).toEqual(["pubrec 1"]);
		publisher.cut();
		const again = rig.client("p", { clean: false });
		expect(again.publish("t", "m", 2, { dup: true })).toEqual(["pubrec 1"]);
		expect(peer.heard()).toEqual([]);
		expect(again.send({ cmd: "pubrel", messageId: 1 })).toEqual(["pubcomp 1"]);
		expect(again.send({ cmd: "pubrel", messageId: 1 })).toEqual(["pubcomp 1"]);
		expect(peer.heard()).toEqual(["publish t=m q0"]);
		again.publish("t", "next", 2);
		again.send({ cmd: "pubrel", messageId: 1 });
		expect(peer.heard()).toEqual(["publish t=next q0"]);
	});

	it("with QoS 2 at its PUBLISH, once, in the other way (4.3.3)", () => {
		const rig = new Rig({ exactlyOnce: "publish" });
		const peer = rig.subscriber("a", "t", 0);
		const publisher = rig.client("p");
		publisher.publish("t", "m", 2);
		publisher.publish("t", "m", 2, { dup: true });
		expect(peer.heard()).toEqual(["publish t=m q0"]);
		expect(publisher.send({ cmd: "pubrel", messageId: 1 })).toEqual(["pubcomp 1"]);
		expect(peer.heard()).toEqual([]);
	});

	it("to its publisher too, behind the acknowledgement or before it, but once", () => {
		const rig = new Rig();
		const peer = rig.subscriber("a", "t", 1);
		expect([...peer.publish("t", "m", 1, { id: 3 })].sort()).toEqual(["puback 3", "publish 1 t=m q1"]);
	});

	it("without DUP, even if it came with it [MQTT-3.3.1-3]", () => {
		const rig = new Rig();
		const peer = rig.subscriber("a", "t", 1);
		rig.client("p").publish("t", "m", 1, { dup: true });
		expect(peer.heard()).toEqual(["publish 1 t=m q1"]);
	});

	it("with a payload of any length", () => {
		const rig = new Rig();
		const peer = rig.subscriber("a", "t", 1);
		for (const length of [0, 1, 120, 121, 122, 123, 124, 127, 128, 16_383, 16_384, 100_000]) {
			const payload = "x".repeat(length);
			rig.client("p").publish("t", payload, 0);
			expect(peer.heard()).toEqual([`publish t=${payload} q0`]);
		}
	});
});

describe("a client that was away", () => {
	it("gets what was published with QoS 1 and 2 meanwhile, in order, and nothing with QoS 0", () => {
		const rig = new Rig();
		rig.subscriber("a", "t/#", 2, { clean: false }).cut();
		const publisher = rig.client("p");
		publisher.publish("t/1", "one", 1);
		publisher.publish("t/2", "none", 0);
		publisher.publishOnce("t/1", "two");
		publisher.publish("t/1", "three", 1);
		expect(rig.broker.state).toMatchObject({ clients: 1, sessions: 2, queued: 3, inFlight: 0 });
		expect(rig.link().connect("a", { clean: false })).toEqual([
			"connack 0 present",
			"publish 1 t/1=one q1",
			"publish 2 t/1=two q2",
			"publish 3 t/1=three q1",
		]);
	});

	it("gets what it did not acknowledge again, with DUP and the same ids, in order [MQTT-4.4.0-1]", () => {
		const rig = new Rig();
		const peer = rig.subscriber("a", "t", 2, { clean: false });
		const publisher = rig.client("p");
		for (const payload of ["1", "2", "3"]) publisher.publish("t", payload, 1);
		publisher.publishOnce("t", "4");
		publisher.publishOnce("t", "5");
		peer.send({ cmd: "puback", messageId: 2 });
		expect(peer.send({ cmd: "pubrec", messageId: 4 }).at(-1)).toBe("pubrel 4");
		peer.cut();
		publisher.publish("t", "6", 1);
		const again = rig.link();
		expect(again.connect("a", { clean: false })).toEqual([
			"connack 0 present",
			"pubrel 4",
			"publish 1 t=1 q1 dup",
			"publish 3 t=3 q1 dup",
			"publish 5 t=5 q2 dup",
			"publish 6 t=6 q1",
		]);
		for (const messageId of [1, 3, 6]) again.send({ cmd: "puback", messageId });
		again.send({ cmd: "pubcomp", messageId: 4 });
		again.send({ cmd: "pubrec", messageId: 5 });
		again.send({ cmd: "pubcomp", messageId: 5 });
		expect(rig.broker.state).toMatchObject({ queued: 0, inFlight: 0 });
		again.cut();
		expect(rig.link().connect("a", { clean: false })).toEqual(["connack 0 present"]);
	});

	it("has so many messages kept as the queue is long; the others are dropped, and told", () => {
		const rig = new Rig({ queue: 2 });
		rig.subscriber("a", "t", 1, { clean: false }).cut();
		const publisher = rig.client("p");
		for (const payload of ["1", "2", "3"]) publisher.publish("t", payload, 1);
		expect(rig.events.at(-1)).toEqual({ event: "dropped", client: "a", topic: "t" });
		expect(rig.link().connect("a", { clean: false }).slice(1)).toEqual([
			"publish 1 t=1 q1",
			"publish 2 t=2 q1",
		]);
	});
});

describe("a window", () => {
	it("lets so many messages be on their way, and the next leave in order", () => {
		const rig = new Rig({ inFlight: 2 });
		const peer = rig.subscriber("a", "t", 2);
		const publisher = rig.client("p");
		for (const payload of ["1", "2", "3"]) publisher.publish("t", payload, 1);
		publisher.publishOnce("t", "4");
		publisher.publish("t", "5", 1);
		publisher.publish("t", "zero", 0);
		expect(peer.heard()).toEqual(["publish 1 t=1 q1", "publish 2 t=2 q1", "publish t=zero q0"]);
		expect(peer.send({ cmd: "puback", messageId: 2 })).toEqual(["publish 3 t=3 q1"]);
		expect(peer.send({ cmd: "puback", messageId: 1 })).toEqual(["publish 4 t=4 q2"]);
		expect(peer.send({ cmd: "puback", messageId: 3 })).toEqual(["publish 5 t=5 q1"]);
		expect(rig.broker.state).toMatchObject({ queued: 2, inFlight: 2 });
		expect(peer.send({ cmd: "pubrec", messageId: 4 })).toEqual(["pubrel 4"]);
		publisher.publish("t", "6", 1);
		expect(peer.heard()).toEqual([]);
		expect(peer.send({ cmd: "pubcomp", messageId: 4 })).toEqual(["publish 6 t=6 q1"]);
	});

	it.each([0, 65_536, 1.5, Number.NaN])("cannot be %d", (inFlight) => {
		expect(() => new Rig({ inFlight })).toThrow(RangeError);
	});
});

it("packet ids begin anew behind 65535, without 0 and without those in use [MQTT-2.3.1-2]", () => {
	const rig = new Rig();
	const peer = rig.subscriber("a", "t", 2);
	const publisher = rig.client("p");
	publisher.publish("t", "stays", 1);
	publisher.publishOnce("t", "stays");
	peer.send({ cmd: "pubrec", messageId: 2 });
	peer.heard();
	for (let id = 3; id <= 65_535; id++) {
		publisher.publish("t", "m", 1);
		peer.send({ cmd: "puback", messageId: id });
	}
	publisher.publish("t", "last", 1);
	expect(peer.heard()).toEqual(["publish 3 t=last q1"]);
	expect(rig.broker.state.inFlight).toBe(3);
});

describe("what a packet brings about", () => {
	it("leaves in one piece for each client, when it is done", () => {
		const rig = new Rig();
		const peer = rig.subscriber("a", "t", 1);
		const { sends } = peer;
		peer.publish("t", "m", 1);
		expect(peer.sends - sends).toBe(1);
	});

	it("is worked on before what a link hands back while it sends", () => {
		const rig = new Rig();
		const publisher = rig.client("p");
		let depth = 0;
		let deepest = 0;
		const echo = rig.broker.accept({
			close: () => {},
			send: (bytes) => {
				deepest = Math.max(deepest, ++depth);
				// On hearing of topic `a` it publishes to topic `b`, in a buffer that it uses again.
				if (bytes[0] === 0x30 && bytes[4] === 0x61) {
					const buffer = Buffer.from([0x30, 3, 0, 1, 0x62]);
					echo.receive(buffer);
					buffer.fill(0);
				}
				depth--;
			},
		});
		echo.receive(generated(connectPacket("e")));
		echo.receive(Uint8Array.of(0x82, 6, 0, 1, 0, 1, 0x23, 0));
		const listener = rig.subscriber("l", "#", 0);
		publisher.publish("a", "1");
		publisher.publish("a", "2");
		expect(listener.heard()).toEqual(["publish a=1 q0", "publish b= q0", "publish a=2 q0", "publish b= q0"]);
		expect(deepest).toBe(1);
	});

	it("has left before another connection's end, which came while it was sent, is worked on", () => {
		const rig = new Rig();
		const will = { topic: "w", payload: Buffer.from("gone"), qos: 0 as const, retain: false };
		const lost = rig.client("w", { will });
		const first = rig.broker.accept({
			close: () => {},
			send: (bytes) => {
				if (bytes[0] === 0x30) lost.connection.lost();
			},
		});
		first.receive(generated(connectPacket("f")));
		first.receive(Uint8Array.of(0x82, 6, 0, 1, 0, 1, 0x61, 0));
		const listener = rig.subscriber("l", "#", 0);
		const { sends } = listener;
		rig.client("p").publish("a", "1");
		expect(listener.heard()).toEqual(["publish a=1 q0", "publish w=gone q0"]);
		expect(listener.sends - sends).toBe(2);
	});
});
