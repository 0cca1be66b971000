import { describe, expect, it } from "vitest";
import { hex, Rig } from "./support.js";

describe("a client with a keep-alive of 10 s", () => {
	it("is closed when nothing has come for one and a half times as long [MQTT-3.1.2-24]", () => {
		const rig = new Rig();
		const peer = rig.client("a", { keepalive: 10 });
		rig.clock.advance(14_999);
		expect(peer.isClosed).toBe(false);
		rig.clock.advance(1);
		expect(peer.isClosed).toBe(true);
		expect(rig.events.at(-1)).toMatchObject({ event: "disconnected", client: "a", reason: "keep-alive" });
		expect(rig.broker.state).toMatchObject({ clients: 0, sessions: 0 });
	});

	it("stays as long as it sends packets, of any kind, and is closed that much later", () => {
		const rig = new Rig();
		const peer = rig.subscriber("a", "t", 0, { keepalive: 10 });
		for (let turn = 0; turn < 5; turn++) {
			rig.clock.advance(14_000);
			expect(turn % 2 ? peer.send({ cmd: "pingreq" }) : peer.publish("t", "m")).toHaveLength(1);
		}
		rig.clock.advance(14_999);
		expect(peer.isClosed).toBe(false);
		rig.clock.advance(1);
		expect(peer.isClosed).toBe(true);
	});

	it("is not kept by a packet that does not come to its end, nor by what is sent to it", () => {
		const rig = new Rig();
		const peer = rig.subscriber("a", "t", 0, { keepalive: 10 });
		rig.clock.advance(10_000);
		peer.raw(hex("30 05 00"));
		rig.client("p").publish("t", "m");
		rig.clock.advance(5_000);
		expect(peer.isClosed).toBe(true);
	});

	it("that is gone leaves nothing to happen later", () => {
		const rig = new Rig();
		rig.client("a", { keepalive: 10 }).cut();
		const again = rig.client("a", { keepalive: 60 });
		rig.clock.advance(89_999);
		expect(again.isClosed).toBe(false);
		expect(rig.events.map(({ event }) => event)).toEqual(["connected", "disconnected", "connected"]);
	});
});

it("a client with a keep-alive of 0 may be silent for ever", () => {
	const rig = new Rig();
	const peer = rig.client("a", { keepalive: 0 });
	rig.clock.advance(1e9);
	expect(peer.send({ cmd: "pingreq" })).toEqual(["pingresp"]);
});
