import type { IConnectPacket } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import { hex, type Peer, Rig } from "./support.js";

const WILL: Partial<IConnectPacket> = {
	will: { topic: "will", payload: Buffer.from("gone"), qos: 1, retain: false },
};

describe("a will", () => {
	const ENDS: readonly [how: string, published: boolean, end: (peer: Peer, rig: Rig) => void][] = [
		["the connection breaks", true, (peer) => peer.cut()],
		["the client violates the protocol", true, (peer) => peer.raw(hex("f0 00"))],
		["the keep-alive runs out", true, (_, rig) => rig.clock.advance(15_000)],
		["another connection takes over", true, (_, rig) => rig.link().connect("a", { clean: true })],
		["the client says DISCONNECT", false, (peer) => peer.send({ cmd: "disconnect" })],
		[
			"the client says DISCONNECT and is lost",
			false,
			(peer) => {
				peer.send({ cmd: "disconnect" });
				peer.connection.lost();
			},
		],
	];
	it.each(ENDS)("when %s is published: %s", (_, published, end) => {
		const rig = new Rig();
		const listener = rig.subscriber("l", "#", 1);
		end(rig.client("a", { ...WILL, keepalive: 10 }), rig);
		expect(listener.heard()).toEqual(published ? ["publish 1 will=gone q1"] : []);
		const gone = rig.events.find(({ event }) => event === "disconnected");
		expect(gone).toMatchObject({ client: "a", will: published });
	});

	it("is published once", () => {
		const rig = new Rig();
		const listener = rig.subscriber("l", "#", 0);
		const peer = rig.client("a", WILL);
		peer.cut();
		peer.connection.lost();
		rig.client("a").cut();
		expect(listener.heard()).toEqual(["publish will=gone q0"]);
	});

	it("is retained if it was to be", () => {
		const rig = new Rig();
		rig.client("a", { will: { topic: "w", payload: Buffer.from("x"), qos: 0, retain: true } }).cut();
		expect(rig.client("b").subscribe(["w", 0])).toEqual(["suback 1 0", "publish w=x q0 retain"]);
	});

	it("waits for the client itself, if its session is kept", () => {
		const rig = new Rig();
		rig.subscriber("a", "will", 1, { ...WILL, clean: false }).cut();
		expect(rig.link().connect("a", { clean: false })).toEqual([
			"connack 0 present",
			"publish 1 will=gone q1",
		]);
	});

	it("is not one when the broker dies", () => {
		const rig = new Rig();
		rig.subscriber("l", "#", 1, { clean: false });
		rig.client("a", WILL);
		rig.broker.crash(true);
		expect(rig.link().connect("l", { clean: false })).toEqual(["connack 0 present"]);
	});

	it.each([
		{ old: true, next: true, published: true },
		{ old: true, next: false, published: true },
		{ old: false, next: true, published: true },
		{ old: false, next: false, published: false },
	])("at a takeover as Mosquitto does, clean $old and $next: $published", ({ old, next, published }) => {
		const rig = new Rig({ takeoverWill: "unless persistent" });
		const listener = rig.subscriber("l", "#", 0);
		rig.client("a", { ...WILL, clean: old });
		rig.client("a", { clean: next });
		expect(listener.heard()).toEqual(published ? ["publish will=gone q0"] : []);
	});
});
