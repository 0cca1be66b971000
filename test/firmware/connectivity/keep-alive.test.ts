import { describe, expect, it } from "vitest";
import { Rig } from "./rig.js";

const pings = (rig: Rig) => rig.broker.heard.filter((line) => line === "pingreq").length;

describe("a silent connection", () => {
	it("is kept by a ping every half of the keep-alive", () => {
		const rig = new Rig().online();
		rig.clock.advance(600_000);
		expect(pings(rig)).toBe(20);
		expect(rig.state).toBe("online");
	});

	it("is left alone with a keep-alive of 0", () => {
		const rig = new Rig({ mqtt: { keepAlive: 0 } }).online();
		rig.clock.advance(86_400_000);
		expect(pings(rig)).toBe(0);
		expect(rig.state).toBe("online");
		expect(rig.clock.timers).toBe(0);
	});

	it("is asked with an odd keep-alive too", () => {
		const rig = new Rig({ mqtt: { keepAlive: 1001 } }).online();
		rig.clock.advance(10_000);
		expect(pings(rig)).toBeGreaterThanOrEqual(19);
		expect(rig.state).toBe("online");
	});
});

describe("a broker that is not there any more", () => {
	it("is found out by a ping, also while telemetry goes out into nothing", () => {
		const rig = new Rig().online();
		rig.network.cut();
		for (let count = 0; count < 19; count++) {
			rig.clock.advance(2000);
			rig.publish("x");
		}
		expect(rig.state).toBe("online");
		rig.clock.advance(2100);
		expect(rig.links.slice(4)).toEqual(["backoff 1000: no PINGRESP in time"]);
	});

	it("is found out when there is no room left for what goes out", () => {
		const rig = new Rig();
		rig.network.writable = 100;
		rig.online();
		rig.network.cut();
		let taken = 0;
		for (let count = 0; count < 100; count++) if (rig.publish("x".repeat(50))) taken++;
		expect(taken).toBeGreaterThan(0);
		expect(taken).toBeLessThan(30);
		rig.clock.advance(39_000);
		expect(rig.state).toBe("online");
		rig.clock.advance(1100);
		expect(rig.links.slice(4)).toEqual(["backoff 1000: no PINGRESP in time"]);
		expect(rig.network.sockets).toBe(0);
	});

	it("is found out when it is there and answers no ping", () => {
		const rig = new Rig();
		rig.broker.withheld.add("pingreq");
		rig.online();
		rig.clock.advance(39_900);
		expect(rig.state).toBe("online");
		rig.clock.advance(100);
		expect(rig.links.slice(4)).toEqual(["backoff 1000: no PINGRESP in time"]);
		rig.clock.advance(10);
		expect(rig.broker.clients[0]?.isOpen).toBe(false);
		expect(rig.broker.wills).toEqual(["d1/status offline"]);
	});

	it("is not taken for gone on a new connection because of a ping on the old one", () => {
		const rig = new Rig();
		rig.broker.withheld.add("pingreq");
		rig.online();
		rig.clock.advance(30_010);
		expect(pings(rig)).toBe(1);
		rig.broker.kill();
		rig.broker.withheld.clear();
		rig.clock.advance(1100);
		expect(rig.state).toBe("online");
		rig.clock.advance(20_000);
		expect(rig.state).toBe("online");
	});
});
