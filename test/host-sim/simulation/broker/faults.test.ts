import { describe, expect, it } from "vitest";
import type { AnswerKind } from "../../../../host-sim/simulation/broker/broker.js";
import { connectPacket, generated, hex, type Peer, Rig } from "./support.js";

/** What brings about an answer of each kind, and what else comes with it. */
const ANSWERS: readonly [AnswerKind, (peer: Peer) => readonly string[], string][] = [
	["puback", (peer) => peer.publish("x", "", 1), "puback 1"],
	["pubrec", (peer) => peer.publish("x", "", 2), "pubrec 1"],
	["pubrel", (peer) => peer.send({ cmd: "pubrec", messageId: 3 }), "pubrel 3"],
	["pubcomp", (peer) => peer.send({ cmd: "pubrel", messageId: 3 }), "pubcomp 3"],
	["suback", (peer) => peer.subscribe(["t", 1]), "suback 1 1"],
	[
		"unsuback",
		(peer) => peer.send({ cmd: "unsubscribe", messageId: 4, unsubscriptions: ["t"] }),
		"unsuback 4",
	],
	["pingresp", (peer) => peer.send({ cmd: "pingreq" }), "pingresp"],
];

describe("an answer", () => {
	it.each(ANSWERS)("%s is dropped as long as the fault lasts", (kind, ask, answer) => {
		const rig = new Rig();
		const peer = rig.client("a");
		const asked: string[] = [];
		rig.broker.faults.answer = (answering, client) => {
			asked.push(`${answering} to ${client}`);
			return "drop";
		};
		expect(ask(peer)).toEqual([]);
		expect(asked).toEqual([`${kind} to a`]);
		rig.broker.faults.answer = undefined;
		expect(ask(peer)).toEqual([answer]);
	});

	it.each(ANSWERS)("%s comes late, and not to who is gone", (_, ask, answer) => {
		const rig = new Rig({}, { answer: () => 500 });
		const peer = rig.link();
		peer.connect("a");
		rig.clock.advance(500);
		expect(peer.heard()).toEqual(["connack 0"]);
		expect(ask(peer)).toEqual([]);
		rig.clock.advance(499);
		expect(peer.heard()).toEqual([]);
		rig.clock.advance(1);
		expect(peer.heard()).toEqual([answer]);
		ask(peer);
		peer.cut();
		rig.clock.advance(1000);
		expect(peer.heard()).toEqual([]);
	});

	it("is sent as always when the fault says so", () => {
		const peer = new Rig({}, { answer: () => "send" }).client("a");
		expect(ANSWERS.map(([, ask]) => ask(peer))).toEqual(ANSWERS.map(([, , answer]) => [answer]));
	});
});

describe("a connection without its CONNACK is stuck", () => {
	it("as long as that is late: then all is answered, in order", () => {
		const rig = new Rig();
		rig.subscriber("a", "t", 1, { clean: false }).cut();
		rig.broker.faults.answer = (kind) => (kind === "connack" ? 1000 : "send");
		const peer = rig.link();
		peer.connect("a", { clean: false });
		peer.send({ cmd: "pingreq" });
		rig.broker.faults.answer = undefined;
		rig.client("p").publish("t", "m", 1);
		expect(peer.heard()).toEqual([]);
		rig.clock.advance(1000);
		expect(peer.heard()).toEqual(["connack 0 present", "publish 1 t=m q1", "pingresp"]);
	});

	it("for good if it is dropped; another connection can take over", () => {
		const rig = new Rig({}, { answer: () => "drop" });
		const peer = rig.link();
		peer.connect("a", { clean: false });
		expect(peer.send({ cmd: "pingreq" })).toEqual([]);
		rig.broker.faults.answer = undefined;
		expect(peer.send({ cmd: "pingreq" })).toEqual([]);
		expect(rig.link().connect("a", { clean: false })).toEqual(["connack 0 present"]);
		expect(peer.isClosed).toBe(true);
	});
});

it("a connection is closed as soon as it is there, and nothing is taken from it", () => {
	const rig = new Rig({}, { accept: () => "close" });
	const peer = rig.link();
	expect(peer.isClosed).toBe(false);
	expect(peer.connect("a")).toEqual([]);
	rig.clock.advance(0);
	expect(peer.heard()).toEqual(["closed"]);
	expect(rig.events).toEqual([]);
	rig.broker.faults.accept = () => "take";
	expect(rig.link().connect("a")).toEqual(["connack 0"]);
});

it("a connection is closed on a PUBLISH, which is not taken; the will is published", () => {
	const rig = new Rig();
	const listener = rig.subscriber("l", "#", 1);
	const will = { topic: "w", payload: Buffer.from("gone"), qos: 0 as const, retain: false };
	const peer = rig.client("a", { will });
	rig.broker.faults.publish = (client, topic) => (client === "a" && topic === "big" ? "close" : "take");
	expect(peer.publish("small", "m", 1)).toEqual(["puback 1"]);
	expect(peer.publish("big", "m", 1)).toEqual(["closed"]);
	expect(listener.heard()).toEqual(["publish 1 small=m q1", "publish w=gone q0"]);
	expect(rig.events.at(-1)).toEqual({ event: "disconnected", client: "a", reason: "fault", will: true });
});

describe("a crash", () => {
	const crashed = (keepState: boolean) => {
		const rig = new Rig();
		const peer = rig.subscriber("a", "t", 2, { clean: false });
		const other = rig.client("p");
		other.publish("t", "kept", 1, { retain: true });
		other.publish("t", "held", 2);
		const early = rig.link();
		early.raw(generated(connectPacket("e")).subarray(0, 5));
		rig.broker.crash(keepState);
		expect([peer, other, early].map(({ isClosed }) => isClosed)).toEqual([true, true, true]);
		expect(rig.events.filter(({ event }) => event === "disconnected")).toEqual([
			{ event: "disconnected", client: "a", reason: "crash", will: false },
			{ event: "disconnected", client: "p", reason: "crash", will: false },
		]);
		// What is still on its way to the dead process goes nowhere.
		peer.connection.receive(hex("c0 00"));
		peer.connection.lost();
		early.connection.lost();
		return rig;
	};

	it("leaves the sessions that are kept, and what is retained", () => {
		const rig = crashed(true);
		expect(rig.broker.state).toMatchObject({ clients: 0, sessions: 1, queued: 1, retained: 1 });
		expect(rig.link().connect("a", { clean: false })).toEqual([
			"connack 0 present",
			"publish 1 t=kept q1 dup",
		]);
	});

	it("leaves nothing", () => {
		const rig = crashed(false);
		expect(rig.broker.state).toEqual({
			clients: 0,
			sessions: 0,
			subscriptions: 0,
			queued: 0,
			inFlight: 0,
			unreleased: 0,
			retained: 0,
		});
		const again = rig.link();
		expect(again.connect("a", { clean: false })).toEqual(["connack 0"]);
		expect(again.publish("t", "m", 0)).toEqual([]);
		expect(again.subscribe(["t", 0])).toEqual(["suback 1 0"]);
	});

	it("within a callback of a link comes when the packet is done", () => {
		const rig = new Rig();
		const connection = rig.broker.accept({ send: () => rig.broker.crash(false), close: () => {} });
		connection.receive(generated(connectPacket("a")));
		expect(rig.broker.state).toMatchObject({ clients: 0, sessions: 0 });
	});
});
