import { describe, expect, it } from "vitest";
import { VirtualStorage } from "../../support/virtual/storage.js";
import { endpoint, rigWith } from "./endpoints.js";

describe("a connection that is valid for a while", () => {
	const valid = (duration: number, over: Parameters<typeof endpoint>[0] = {}) =>
		rigWith((done, _attempt, now) => done(endpoint({ ...over, validUntil: now + duration })), {
			mqtt: { cleanSession: over.cleanSession ?? true },
		});

	it("ends cleanly and is made anew at once, with farewell and greeting, again and again", () => {
		const rig = valid(60_000).online();
		rig.clock.advance(59_990);
		const times = ["subscribe d1/commands 0", "publish d1/status online retained"];
		const goodbye = ["publish d1/status offline retained", "disconnect"];
		expect(rig.broker.heard).toEqual(["connect d1", ...times, ...goodbye, "connect d1", ...times]);
		expect(rig.links.slice(4)).toEqual(["resolving", "connecting", "handshaking", "online"]);
		rig.clock.advance(600_000);
		expect(rig.links.filter((link) => link.startsWith("backoff"))).toEqual([]);
		expect([rig.programs, rig.offline]).toEqual([12, 11]);
		expect([rig.network.sockets, rig.broker.wills]).toEqual([1, []]);
	});

	it("counts over a wrap of the tick counter, and not by the wall clock", () => {
		const rig = rigWith(
			(done, _attempt, now) => done(endpoint({ validUntil: now + 60_000 })),
			{},
			{ start: 2 ** 32 - 30_000 },
		);
		rig.host.wallClock = 0;
		rig.online();
		rig.host.wallClock = 1e12;
		rig.clock.advance(59_900);
		expect(rig.offline).toBe(0);
		rig.clock.advance(200);
		expect([rig.offline, rig.state]).toEqual([1, "online"]);
	});

	it("lets answers come that are under way, for two seconds, and takes nothing new meanwhile", () => {
		const rig = valid(60_000, { cleanSession: false }).online();
		rig.clock.advance(59_900);
		rig.broker.withheld.add("publish");
		expect(rig.publish("a", 1)).toBe(true);
		rig.clock.advance(1500);
		expect([rig.offline, rig.state, rig.broker.heard.includes("disconnect")]).toEqual([1, "online", false]);
		expect([rig.publish("b"), rig.publish("c", 1)]).toEqual([false, false]);
		rig.broker.send(Uint8Array.of(0x40, 2, 0, 2));
		rig.clock.advance(20);
		expect(rig.broker.heard.slice(3)).toEqual([
			...["publish d1/telemetry a #2", "publish d1/status offline retained", "disconnect"],
			...["connect d1", "subscribe d1/commands 0", "publish d1/status online retained"],
		]);
	});

	it("has a message sent again that was not acknowledged by then", () => {
		const rig = valid(60_000, { cleanSession: false }).online();
		rig.clock.advance(59_900);
		rig.broker.withheld.add("publish");
		rig.publish("a", 1);
		rig.broker.sessionPresent = true;
		rig.clock.advance(2090);
		expect(rig.offline).toBe(1);
		rig.clock.advance(30);
		expect(rig.broker.heard.slice(-6)).toEqual([
			...[
				"publish d1/status offline retained",
				"disconnect",
				"connect d1",
				"publish d1/telemetry a #2 again",
				"subscribe d1/commands 0",
			],
			"publish d1/status online retained",
		]);
		expect(rig.links.some((link) => link.startsWith("backoff"))).toBe(false);
	});

	it("answers and obeys what comes while it ends", () => {
		const rig = valid(60_000, { cleanSession: false }).online();
		rig.clock.advance(59_900);
		rig.broker.withheld.add("publish");
		rig.publish("a", 1);
		rig.clock.advance(500);
		rig.broker.publish("d1/commands", "late", { qos: 1 });
		rig.clock.advance(10);
		expect([rig.messages, rig.broker.heard.at(-1)]).toEqual([["late"], "puback #1"]);
	});

	it("is cut when the network takes nothing any more", () => {
		const rig = valid(60_000, { cleanSession: false }).online();
		rig.network.cut("outgoing");
		rig.clock.advance(59_970);
		for (let count = 0; count < 3; count++) rig.publish("x".repeat(700), 1);
		rig.clock.advance(2400);
		expect([rig.state, rig.network.sockets]).toEqual(["online", 1]);
		rig.clock.advance(200);
		expect(rig.links.at(4)).toBe("resolving");
		expect(rig.links.some((link) => link.startsWith("backoff"))).toBe(false);
	});

	it("backs off as usual when the connection is lost while it ends", () => {
		const rig = valid(60_000, { cleanSession: false }).online();
		rig.clock.advance(59_900);
		rig.broker.withheld.add("publish");
		rig.publish("a", 1);
		rig.clock.advance(500);
		rig.broker.kill();
		rig.clock.advance(10);
		expect([rig.links.at(-1), rig.offline]).toEqual(["backoff 1000: connection reset", 1]);
		rig.clock.advance(1100);
		expect(rig.broker.heard).toContain("publish d1/telemetry a #2 again");
	});

	it.each([500, 1950])("can be stopped %i ms after it has begun to end", (delay) => {
		const rig = valid(60_000, { cleanSession: false }).online();
		rig.clock.advance(59_900);
		rig.broker.withheld.add("publish");
		rig.publish("a", 1);
		rig.clock.advance(100 + delay);
		const stop = rig.stop();
		rig.clock.advance(1000);
		expect(stop.doneAt).toBeLessThanOrEqual(60_020 + delay + 1000);
		expect(rig.broker.heard.slice(-2)).toEqual(["publish d1/status offline retained", "disconnect"]);
		expect([rig.state, rig.network.sockets, rig.clock.timers]).toEqual(["offline", 0, 0]);
	});

	it.each([-1000, 0, 900])(
		"is not used, and not made without end, when it is valid for %i ms",
		(duration) => {
			const rig = valid(duration);
			rig.start().clock.advance(10_000);
			expect(rig.links.slice(0, 3).at(-1)).toBe(
				"backoff 1000: what the connection was prepared with has expired",
			);
			expect(rig.broker.clients.length).toBeLessThanOrEqual(5);
			expect(rig.programs).toBe(0);
		},
	);

	it("is not asked for with what has expired while the network was slow", () => {
		const rig = rigWith((done, _attempt, now) => done(endpoint({ validUntil: now + 1500 })));
		rig.network.latency = 400;
		rig.start().clock.advance(1300);
		expect(rig.links.at(-1)).toBe("backoff 1000: what the connection was prepared with has expired");
		expect(rig.broker.heard).toEqual([]);
	});

	it("counts as stable when it lasts until it ends, however soon that is", () => {
		const rig = valid(5000, { cleanSession: false });
		rig.network.attempt = "refuse";
		rig.start().clock.advance(10_000);
		rig.network.attempt = "accept";
		rig.clock.advance(60_000);
		rig.broker.kill();
		rig.clock.advance(10);
		expect(rig.links.at(-1)).toBe("backoff 1000: connection reset");
	});

	it("begins without records, and without what was in flight, when the client id is another one", () => {
		let tries = 0;
		const storage = new VirtualStorage();
		const rig = rigWith(
			(done) => done(endpoint({ clientId: ++tries === 1 ? "one" : "other", cleanSession: false })),
			{ mqtt: { cleanSession: false } },
			{ storage },
		);
		rig.broker.withheld.add("publish");
		rig.online();
		rig.publish("a", 1);
		rig.clock.advance(10);
		rig.broker.kill();
		rig.clock.advance(1100);
		expect(rig.broker.heard.filter((line) => line.includes("telemetry a"))).toHaveLength(1);
		expect(rig.broker.heard).toContain("connect other");
	});
});
