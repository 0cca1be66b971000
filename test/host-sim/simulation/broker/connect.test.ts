import { describe, expect, it } from "vitest";
import type { BrokerFaults } from "../../../../host-sim/simulation/broker/broker.js";
import { connectPacket, hex, Rig } from "./support.js";

const CONNECT_LEVEL_5 = "10 10 00 04 4d515454 05 02 0000 00 00 03 616263";

describe("CONNECT is answered", () => {
	it("with 0, and a session that is not present", () => {
		const { broker, events, link } = bound();
		expect(link().connect("a")).toEqual(["connack 0"]);
		expect(events).toEqual([{ event: "connected", client: "a", clean: true, sessionPresent: false }]);
		expect(broker.state).toMatchObject({ clients: 1, sessions: 1 });
	});

	it("with 1 at another protocol level, however the rest of it looks [MQTT-3.1.2-2]", () => {
		const { events, link } = bound();
		expect(link().raw(hex(CONNECT_LEVEL_5))).toEqual(["connack 1", "closed"]);
		expect(events).toEqual([{ event: "refused", client: "", returnCode: 1 }]);
	});

	it("with 2 without a name for a session to keep [MQTT-3.1.3-8]", () => {
		expect(bound().link().raw(hex("10 0c 0004 4d515454 04 00 0000 0000"))).toEqual(["connack 2", "closed"]);
	});

	it("with 0 without a name; each such client gets one of its own [MQTT-3.1.3-6]", () => {
		const { events, link } = bound();
		link().connect("auto-2");
		expect(link().connect("")).toEqual(["connack 0"]);
		expect(link().connect("")).toEqual(["connack 0"]);
		expect(events.map(({ client }) => client)).toEqual(["auto-2", "auto-1", "auto-3"]);
	});

	it.each([3, 4, 5] as const)("with %i when it is not admitted, and nothing else is taken", (code) => {
		const { broker, link } = bound({ admit: () => code });
		const peer = link();
		expect(
			peer.connect("a", { will: { topic: "t", payload: Buffer.from("w"), qos: 0, retain: false } }),
		).toEqual([`connack ${code}`, "closed"]);
		expect(peer.send({ cmd: "pingreq" })).toEqual([]);
		expect(broker.state).toMatchObject({ clients: 0, sessions: 0 });
	});

	it("after its login was looked at", () => {
		const seen: unknown[] = [];
		const { link } = bound({
			admit: (client, username, password) => {
				seen.push([client, username, password && Buffer.from(password).toString()]);
				return 0;
			},
		});
		link().connect("a", { username: "u", password: Buffer.from("p") });
		link().connect("b");
		expect(seen).toEqual([
			["a", "u", "p"],
			["b", undefined, undefined],
		]);
	});

	it("within the time for it, or the connection is closed (3.1.4)", () => {
		const { clock, events, link } = bound();
		const late = link();
		const inTime = link();
		clock.advance(9_999);
		inTime.connect("a");
		expect(late.isClosed).toBe(false);
		clock.advance(1);
		expect([late.isClosed, inTime.isClosed]).toEqual([true, false]);
		expect(events.at(-1)).toMatchObject({ event: "violation", clause: "3.1.4" });
	});
});

describe("a session", () => {
	it.each([
		{ first: true, second: true, present: false },
		{ first: true, second: false, present: false },
		{ first: false, second: true, present: false },
		{ first: false, second: false, present: true },
	])("is present only if neither connection is clean: $first, $second", ({ first, second, present }) => {
		const rig = new Rig();
		const one = rig.subscriber("a", "t", 1, { clean: first });
		one.send({ cmd: "disconnect" });
		rig.client("p").publish("t", "missed", 1);
		const answer = rig.link().connect("a", { clean: second });
		expect(answer).toEqual(present ? ["connack 0 present", "publish 1 t=missed q1"] : ["connack 0"]);
	});

	it("ends with its connection if it is clean, and leaves nothing [MQTT-3.1.2-6]", () => {
		const rig = new Rig();
		for (const end of ["cut", "disconnect"]) {
			const peer = rig.subscriber("a", "t/#", 2);
			rig.client("p").publish("t", "unacknowledged", 1);
			peer.publish("t", "unreleased", 2);
			if (end === "cut") peer.cut();
			else peer.send({ cmd: "disconnect" });
		}
		rig.client("p").send({ cmd: "disconnect" });
		expect(rig.broker.state).toEqual({
			clients: 0,
			sessions: 0,
			subscriptions: 0,
			queued: 0,
			inFlight: 0,
			unreleased: 0,
			retained: 0,
		});
	});

	it("is discarded by a clean connection, for good", () => {
		const rig = new Rig();
		rig.subscriber("a", "t", 1, { clean: false }).cut();
		rig.client("a", { clean: true }).cut();
		expect(rig.link().connect("a", { clean: false })).toEqual(["connack 0"]);
	});

	it("keeps its subscriptions without being subscribed again", () => {
		const rig = new Rig();
		rig.subscriber("a", "t", 1, { clean: false }).cut();
		const again = rig.client("a", { clean: false });
		rig.client("p").publish("t", "m", 0);
		expect(again.heard()).toEqual(["publish t=m q0"]);
	});
});

describe("a second connection of a client", () => {
	it("closes the first, which no longer gets anything [MQTT-3.1.4-2]", () => {
		const rig = new Rig();
		const first = rig.subscriber("a", "t", 0);
		const second = rig.link();
		expect(second.connect("a")).toEqual(["connack 0"]);
		expect(first.heard()).toEqual(["closed"]);
		first.connection.lost();
		second.subscribe(["t", 0]);
		expect(second.publish("t", "m")).toEqual(["publish t=m q0"]);
		expect(first.heard()).toEqual([]);
		expect(rig.events.map(({ event }) => event)).toEqual(["connected", "disconnected", "connected"]);
		expect(rig.broker.state).toMatchObject({ clients: 1, sessions: 1 });
	});

	it("goes on with the session, and is sent what the first did not acknowledge", () => {
		const rig = new Rig();
		rig.subscriber("a", "t", 1, { clean: false });
		rig.client("p").publish("t", "m", 1);
		expect(rig.link().connect("a", { clean: false })).toEqual(["connack 0 present", "publish 1 t=m q1 dup"]);
	});
});

it("DISCONNECT closes the connection, and what comes after it is not taken [MQTT-3.14.4-1]", () => {
	const rig = new Rig();
	const listener = rig.subscriber("l", "t", 0);
	const peer = rig.client("a");
	peer.raw(hex("e0 00 30 04 00 01 74 6d"));
	expect(peer.isClosed).toBe(true);
	expect(listener.heard()).toEqual([]);
	expect(rig.events.at(-1)).toEqual({
		event: "disconnected",
		client: "a",
		reason: "disconnect",
		will: false,
	});
});

it("the same inputs lead to the same bytes and events", () => {
	const run = () => {
		const rig = new Rig();
		const peer = rig.subscriber("", "#", 2);
		peer.publish("t", "m", 2, { retain: true });
		peer.send({ cmd: "pubrel", messageId: 1 });
		peer.send(connectPacket("twice"));
		return [peer.lines, rig.events];
	};
	expect(run()).toEqual(run());
});

/** A rig whose parts can be taken apart. */
function bound(faults: BrokerFaults = {}) {
	const rig = new Rig({}, faults);
	return { broker: rig.broker, clock: rig.clock, events: rig.events, link: () => rig.link() };
}
