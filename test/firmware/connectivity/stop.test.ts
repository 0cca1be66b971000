import { generate } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import { Rig } from "./rig.js";

/** What must hold for whoever has stopped, at once and for good. */
function expectSilence(rig: Rig): void {
	expect(rig.state).toBe("offline");
	expect(rig.clock.timers).toBe(0);
	expect(rig.network.sockets).toBe(0);
	expect(rig.network.resolvers).toBe(0);
	expect(rig.host.storage.openDomains).toBe(0);
	const events = rig.host.events.length;
	rig.clock.advance(3_600_000);
	for (const answer of rig.network.lateAnswers) answer(null, "192.0.2.1");
	rig.clock.advance(3_600_000);
	expect(rig.host.events).toHaveLength(events);
	expect(rig.publish("too late")).toBe(false);
}

describe("online", () => {
	it("says offline, retained, then DISCONNECT, then closes; there is no will [MQTT-3.14.4-1] [MQTT-3.14.4-3]", () => {
		const rig = new Rig().online();
		const stopped = rig.stop();
		rig.clock.advance(0);
		expect(stopped.doneAt).toBe(rig.clock.elapsed);
		expect(rig.links.at(-1)).toBe("offline");
		expect(rig.offline).toBe(1);
		rig.clock.advance(10);
		expect(rig.broker.heard.slice(3)).toEqual(["publish d1/status offline retained", "disconnect"]);
		expect(rig.broker.clients[0]?.isOpen).toBe(false);
		expect(rig.broker.wills).toEqual([]);
		expectSilence(rig);
	});

	it("sends first what was published before", () => {
		const rig = new Rig({ mqtt: { cleanSession: false } });
		rig.network.writable = 1;
		rig.online(500);
		for (const payload of ["a", "b", "c"]) rig.publish(payload);
		const stopped = rig.stop();
		expect(stopped.doneAt).toBeUndefined();
		rig.clock.advance(500);
		expect(rig.broker.heard.slice(3)).toEqual([
			...["a", "b", "c"].map((payload) => `publish d1/telemetry ${payload}`),
			"publish d1/status offline retained",
			"disconnect",
		]);
		expect(stopped.doneAt).toBeGreaterThan(0);
		expectSilence(rig);
	});

	it("waits half a second for what was sent to be answered, so that it is not given up; then goes without", () => {
		for (const isAnswered of [true, false]) {
			const rig = new Rig().online();
			rig.broker.withheld.add("publish");
			expect(rig.publish("a", 1)).toBe(true);
			rig.clock.advance(10);
			const stopped = rig.stop();
			expect(rig.publish("too late")).toBe(false);
			rig.clock.advance(300);
			expect([stopped.doneAt, rig.broker.heard.includes("disconnect")]).toEqual([undefined, false]);
			if (isAnswered) rig.broker.send(Uint8Array.of(0x40, 2, 0, 2));
			rig.clock.advance(isAnswered ? 10 : 210);
			expect(stopped.doneAt).toBeDefined();
			expect(rig.broker.heard.slice(-2)).toEqual(["publish d1/status offline retained", "disconnect"]);
			expect(rig.host.eventsOf("refused")).toHaveLength(isAnswered ? 0 : 1);
			expect(rig.broker.wills).toEqual([]);
			expectSilence(rig);
		}
	});

	it("takes nothing more for sending", () => {
		const rig = new Rig();
		rig.network.writable = 1;
		rig.online(500);
		rig.stop();
		expect(rig.publish("too late")).toBe(false);
	});

	it.each([
		{ name: "a little of the farewell", writable: 5, queued: 0 },
		{ name: "nothing, with much still to go", writable: 5, queued: 3 },
		{ name: "nothing, with more than it can hold", writable: 5, queued: 100 },
	])(
		"within a second when the network takes $name; then the will is published [MQTT-3.1.2-8]",
		({ writable, queued }) => {
			const rig = new Rig();
			rig.network.writable = writable;
			rig.online(500);
			rig.network.cut();
			for (let count = 0; count < queued; count++) rig.publish("x");
			const start = rig.clock.elapsed;
			const stopped = rig.stop();
			rig.clock.advance(1000);
			expect((stopped.doneAt ?? Number.NaN) - start).toBeLessThanOrEqual(1000);
			expect(rig.links.at(-1)).toBe("offline");
			rig.network.mend();
			rig.clock.advance(10);
			expect(rig.broker.heard).not.toContain("disconnect");
			expect(rig.broker.wills).toEqual(["d1/status offline"]);
			expectSilence(rig);
		},
	);

	it("is done when the connection is lost meanwhile", () => {
		const rig = new Rig();
		rig.network.writable = 5;
		rig.online(500);
		rig.network.cut("outgoing");
		rig.publish("x");
		const stopped = rig.stop();
		rig.clock.advance(100);
		rig.broker.kill();
		rig.clock.advance(10);
		expect(stopped.doneAt).toBeDefined();
		expect(rig.links.at(-1)).toBe("offline");
		expectSilence(rig);
	});

	it.each([
		{ name: "from a message", now: true },
		{ name: "later", now: false },
	])("is done when the socket refuses to write: stopped $name", ({ now }) => {
		const rig = new Rig().online();
		let stopped: ReturnType<Rig["stop"]> | undefined;
		rig.host.onReport = (event) => {
			if (event.event !== "refused") return;
			// Before the socket tells that the connection has ended.
			rig.network.cut();
			if (now) stopped = rig.stop();
		};
		// A PUBLISH on another topic, and the end of the connection.
		rig.broker.clients[0]?.peer.end(Uint8Array.of(0x30, 3, 0, 1, 0x61));
		rig.clock.advance(10);
		stopped ??= rig.stop();
		expect(stopped.doneAt).toBe(rig.clock.elapsed - (now ? 9 : 0));
		expectSilence(rig);
	});

	it("can be stopped from a message", () => {
		const rig = new Rig().online();
		rig.host.onReport = (event) => {
			if (event.event === "refused") rig.stop();
		};
		rig.broker.publish("d1/commands", "refuse me");
		rig.clock.advance(10);
		expect(rig.broker.heard.slice(3)).toEqual(["publish d1/status offline retained", "disconnect"]);
		rig.host.onReport = () => {};
		expectSilence(rig);
	});
});

describe("not online", () => {
	it.each([
		{ state: "offline", after: undefined, set: {} },
		{ state: "resolving", after: 0, set: {} },
		{ state: "resolving", after: 5000, set: { lookup: "hang" } },
		{ state: "connecting", after: 1, set: {} },
		{ state: "connecting", after: 5000, set: { attempt: "hang" } },
		{ state: "handshaking", after: 2, set: {} },
		{ state: "backoff", after: 100, set: { attempt: "refuse" } },
	])("in $state, after $after ms, it is done at once", ({ state, after, set }) => {
		const rig = new Rig();
		Object.assign(rig.network, set);
		if (after !== undefined) rig.start().clock.advance(after);
		expect(rig.state ?? "offline").toBe(state);
		const start = rig.clock.elapsed;
		const stopped = rig.stop();
		expect(stopped.doneAt).toBe(start);
		expect(rig.links.at(-1) ?? "offline").toBe("offline");
		rig.clock.advance(10);
		expect(rig.broker.heard).not.toContain("disconnect");
		if (after !== undefined) expectSilence(rig);
	});
});

it("stopped from the report of a storage that fails, it reports nothing more", () => {
	const rig = new Rig({ mqtt: { cleanSession: false } });
	rig.broker.withheld.add("pubrec");
	rig.online();
	const packet = {
		cmd: "publish",
		topic: "d1/commands",
		payload: "x",
		qos: 2,
		dup: false,
		retain: false,
	} as const;
	for (const messageId of [1, 2, 3]) rig.broker.send(generate({ ...packet, messageId }));
	rig.clock.advance(10);
	rig.host.storage.failing.add("delete");
	let stopped = false;
	rig.host.onReport = (event) => {
		if (event.event !== "storage" || stopped) return;
		stopped = true;
		rig.stop();
	};
	rig.broker.kill();
	rig.clock.advance(2000);
	expect(rig.state).toBe("offline");
	expect(rig.host.events.at(-1)).toMatchObject({ event: "link", state: "offline" });
});
