import { describe, expect, it } from "vitest";
import { Rig } from "./rig.js";

const BROKER = { broker: { protocol: "mqtts", host: "broker.test" } } as const;

describe("a link with TLS", () => {
	it("is secured between connecting and handshaking", () => {
		const rig = new Rig(BROKER).online();
		expect(rig.links).toEqual(["resolving", "connecting", "securing", "handshaking", "online"]);
		expect(rig.network.attempts).toEqual(["192.0.2.1:8883"]);
	});

	it("says nothing before it is secured", () => {
		const rig = new Rig(BROKER);
		rig.network.secure = "hang";
		rig.start().clock.advance(5000);
		expect(rig.state).toBe("securing");
		expect(rig.broker.heard).toEqual([]);
	});

	it("gives up a handshake that stalls, says so, and tries again", () => {
		const rig = new Rig({ ...BROKER, reconnect: { timeout: 3000 } });
		rig.network.secure = "hang";
		rig.start().clock.advance(3010);
		expect(rig.links.slice(2)).toEqual([
			"securing",
			"backoff 1000: securing the connection with TLS took longer than 3000 ms",
		]);
		expect(rig.network.sockets).toBe(0);
		rig.network.secure = "accept";
		rig.clock.advance(1100);
		expect(rig.state).toBe("online");
	});

	it("has the time of a try anew when it begins to be secured", () => {
		const rig = new Rig({ ...BROKER, reconnect: { timeout: 300 } });
		rig.network.latency = 200;
		rig.start().clock.advance(850);
		expect(rig.code).toBe("timeout-securing");
		expect(rig.reason).toBe("securing the connection with TLS took longer than 300 ms");
	});

	it("backs off with the reason when the broker is not to be trusted", () => {
		const rig = new Rig(BROKER);
		rig.network.secure = "refuse";
		rig.start().clock.advance(100);
		expect(rig.links.slice(2)).toEqual(["securing", "backoff 1000: the certificate has expired"]);
	});

	it("can be stopped while it is being secured", () => {
		const rig = new Rig(BROKER);
		rig.network.secure = "hang";
		rig.start().clock.advance(100);
		expect(rig.stop().doneAt).toBe(100);
		expect(rig.network.sockets).toBe(0);
		rig.clock.advance(20_000);
		expect(rig.links.at(-1)).toBe("offline");
	});
});
