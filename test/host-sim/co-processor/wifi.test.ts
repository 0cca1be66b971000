import { describe, expect, it } from "vitest";
import { Bench, binary, CAFE, HOME, hexOf, i32, type Message, u8 } from "./support.js";

const on = (options = {}): Bench => {
	const bench = Bench.started(options);
	bench.call(14, 27, i32(1));
	return bench;
};

const address = (bench: Bench): string => [...bench.call(15, 7, i32(0)).subarray(4, 8)].join(".");
const dhcp = (bench: Bench): number => bench.result(15, 13, i32(0));

describe("joining", () => {
	it("takes 1.5 s, and an address 0.5 s more", () => {
		const bench = on();
		const start = bench.clock.elapsed;
		expect(bench.join()).toBe(0);
		expect(bench.clock.elapsed - start).toBeGreaterThanOrEqual(1500);
		expect(bench.clock.elapsed - start).toBeLessThan(1510);
		expect(address(bench)).toBe("0.0.0.0");
		const joined = bench.clock.elapsed;
		expect(dhcp(bench)).toBe(0);
		expect(bench.clock.elapsed - joined).toBeGreaterThanOrEqual(500);
		expect(address(bench)).toBe("192.168.1.50");
		expect(bench.events).toEqual([0, 2, 4, 7]);
	});

	it("tells whom it has joined, and which address it has", () => {
		const bench = on();
		bench.join();
		dhcp(bench);
		const [connected, gotIp] = bench.messages.filter(({ type }) => type === 1).slice(-2) as [
			Message,
			Message,
		];
		expect(connected).toMatchObject({ service: 19, request: 1 });
		const info = connected.values.subarray(8);
		expect(info.subarray(0, 32).toString().replaceAll("\0", "")).toBe("home");
		expect([info[32], info[39]]).toEqual([4, 6]);
		expect(hexOf(gotIp.values.subarray(8, 20))).toBe("c0a80132ffffff00c0a80101");
	});

	it.each([
		["an unknown name", "away", "password", 0x00400004, 1],
		["a wrong password", "home", "passwort", 0x00400004, 3],
		["no password", "home", undefined, 0x00400004, 3],
		["no security", "home", undefined, 0, 2],
		["security at an open network", "café", "password", 0x00400004, 2],
	])("with %s fails after about 5 s, and says why", (_, ssid, password, security, error) => {
		const bench = on();
		const start = bench.clock.elapsed;
		const secret = password === undefined ? [u8(1)] : [u8(0), binary(password)];
		expect(bench.result(14, 1, binary(ssid), ...secret, i32(security), i32(-1), i32(0))).toBe(-1);
		expect(bench.clock.elapsed - start).toBeGreaterThanOrEqual(5000);
		expect(bench.result(14, 49)).toBe(error);
		expect(bench.result(14, 4)).toBe(-1);
		expect(bench.events.at(-1)).toBe(5);
	});

	it("before Wi-Fi is on fails at once", () => {
		const bench = Bench.started();
		expect(bench.join()).toBe(-1);
		expect(bench.result(14, 49)).toBe(2);
	});

	it("an open network needs no password", () => {
		const bench = on();
		expect(bench.result(14, 1, binary("café"), u8(1), i32(0), i32(-1), i32(0))).toBe(0);
	});

	it("takes the strongest of several of a name", () => {
		const far = { ...HOME, rssi: -90, channel: 1 };
		const bench = on({ accessPoints: [far, CAFE, HOME] });
		bench.join();
		expect(bench.call(14, 19).readInt32LE()).toBe(-55);
	});
});

describe("an address", () => {
	it("is not there without a DHCP server", () => {
		const bench = on();
		bench.result(14, 1, binary("café"), u8(1), i32(0), i32(-1), i32(0));
		expect(dhcp(bench)).toBe(-1);
		expect(bench.result(14, 49)).toBe(5);
		expect(address(bench)).toBe("0.0.0.0");
	});

	it("is not there while DHCP is withheld", () => {
		const bench = on();
		bench.join();
		bench.chip.faults.withholdDhcp();
		expect(dhcp(bench)).toBe(-1);
		bench.chip.faults.withholdDhcp(false);
		expect(dhcp(bench)).toBe(0);
	});

	it("is given back by dhcpc_stop", () => {
		const bench = Bench.online();
		expect(bench.result(15, 14, i32(0))).toBe(0);
		expect(address(bench)).toBe("0.0.0.0");
		expect(bench.events).toEqual([8]);
	});
});

describe("an access point that goes", () => {
	it("takes the connection and the address with it", () => {
		const bench = Bench.online();
		bench.chip.faults.accessPointGone("home");
		bench.clock.advance(10);
		expect(bench.events).toEqual([5, 8]);
		expect(bench.result(14, 4)).toBe(-1);
		expect(address(bench)).toBe("0.0.0.0");
	});

	it("while it is being joined makes that fail", () => {
		const bench = on();
		bench.clock.post(() => bench.chip.faults.accessPointGone("home"), 500);
		expect(bench.join()).toBe(-1);
		expect(bench.result(14, 49)).toBe(1);
	});

	it.each([
		["is not joined again by itself", 0, [5, 8]],
		["is joined again by itself, if that was asked for", 1, [5, 8, 4, 7]],
	])("and comes back %s", (_, mode, events) => {
		const bench = Bench.online();
		bench.call(14, 47, u8(mode));
		bench.chip.faults.accessPointGone("home");
		bench.clock.advance(1000);
		bench.chip.faults.accessPointBack("home");
		bench.clock.advance(5000);
		expect(bench.events).toEqual(events);
	});

	it("and was left is not joined again", () => {
		const bench = Bench.online();
		bench.call(14, 47, u8(1));
		bench.call(14, 3);
		bench.chip.faults.accessPointBack("home");
		bench.clock.advance(5000);
		expect(bench.events).toEqual([5, 8]);
	});
});
