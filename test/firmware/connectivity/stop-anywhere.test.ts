import { describe, expect, it, vi } from "vitest";
import type { LinkState } from "../../../firmware/events.js";
import { VirtualSocket } from "../../support/virtual/socket.js";
import { Rig } from "./rig.js";

function expectGone(rig: Rig): void {
	expect(rig.network.sockets).toBe(0);
	expect(rig.network.resolvers).toBe(0);
	expect(rig.host.storage.openDomains).toBe(0);
	expect(rig.clock.timers).toBe(0);
	const events = rig.host.events.length;
	rig.clock.advance(3_600_000);
	expect(rig.host.events.slice(events)).toEqual([]);
}

describe("stopped from the report of the link", () => {
	it.each<LinkState>(["resolving", "connecting", "securing", "handshaking", "online", "backoff"])(
		"in %s, it is done, and nothing stays",
		(state) => {
			const rig = new Rig(state === "securing" ? { broker: { host: "broker.test", protocol: "mqtts" } } : {});
			if (state === "backoff") rig.network.attempt = "refuse";
			let stopped: ReturnType<Rig["stop"]> | undefined;
			rig.host.onReport = (event) => {
				if (event.event === "link" && event.state === state) stopped ??= rig.stop();
			};
			rig.start().clock.advance(50);
			expect(stopped).toBeDefined();
			expect(stopped?.doneAt).toBeDefined();
			expectGone(rig);
		},
	);

	it("from onOffline, it is done, and nothing stays", () => {
		const rig = new Rig().online();
		let stopped: ReturnType<Rig["stop"]> | undefined;
		let offline = 0;
		Object.defineProperty(rig, "offline", {
			get: () => offline,
			set: (count: number) => {
				offline = count;
				stopped ??= rig.stop();
			},
		});
		rig.broker.kill();
		rig.clock.advance(10);
		expect(stopped?.doneAt).toBeDefined();
		expectGone(rig);
	});

	it("whoever stops twice is told twice", () => {
		const rig = new Rig();
		rig.network.writable = 5;
		rig.online(500);
		const first = rig.stop();
		const second = rig.stop();
		rig.clock.advance(5000);
		expect(first.doneAt).toBeDefined();
		expect(second.doneAt).toBeDefined();
		expectGone(rig);
	});
});

/** Stored records of the client. */
const stored = (rig: Rig) =>
	[...(rig.host.storage.domains.get("mqtt-session")?.keys() ?? [])].filter((key) => key !== "client");

describe("a message with QoS 1 that was taken", () => {
	it.each([{ stops: false }, { stops: true }])(
		"is stored when a write fails while it waits behind another (stops: $stops)",
		({ stops }) => {
			const rig = new Rig({ mqtt: { cleanSession: false } });
			rig.network.writable = 5;
			rig.online(2000);
			rig.broker.withheld.add("publish");
			rig.network.cut("outgoing");
			expect(["a", "b", "c"].map((payload) => rig.publish(payload, 1))).toEqual([true, true, true]);
			const stopped = stops ? rig.stop() : undefined;
			const write = vi.spyOn(VirtualSocket.prototype, "write").mockImplementationOnce(() => {
				throw new Error("not connected");
			});
			rig.network.mend();
			rig.clock.advance(1);
			write.mockRestore();
			expect(rig.state).toBe(stops ? "offline" : "backoff");
			if (stops) expect(stopped?.doneAt).toBeDefined();
			// Now the power is cut.
			expect(stored(rig)).toEqual(["1", "2", "3"]);
		},
	);
});
