import { describe, expect, it } from "vitest";
import { bssidOf } from "../../../host-sim/co-processor/access-point.js";
import { Bench, binary, bytesOf, framed, HOME, hexOf, i32, sockaddr, u8, u16 } from "./support.js";

interface Call {
	readonly name: string;
	readonly at: readonly [service: number, request: number];
	readonly values?: Buffer[];
	/** Out-parameters, then the result. */
	readonly reply: string | Buffer;
}

/** Calls of a chip that has an address; those of sockets have an open one, number 0. */
const CALLS: readonly Call[] = [
	{ name: "version", at: [1, 1], reply: binary("2.1.3") },
	{ name: "ack", at: [1, 2], values: [u8(7)], reply: "07" },
	{ name: "disconnect", at: [14, 3], reply: i32(0) },
	{ name: "is_connected_to_ap", at: [14, 4], reply: i32(0) },
	{ name: "get_mac_address", at: [14, 8], reply: `${hexOf(Buffer.from("00:e0:4c:87:20:d0\0"))} 00000000` },
	{ name: "get_ap_bssid", at: [14, 15], reply: `${hexOf(bssidOf(HOME))} 00000000` },
	{ name: "get_rssi", at: [14, 19], reply: Buffer.concat([i32(-55), i32(0)]) },
	{ name: "wifi_on", at: [14, 27], values: [i32(1)], reply: i32(0) },
	{ name: "off", at: [14, 28], reply: i32(0) },
	{ name: "set_autoreconnect", at: [14, 47], values: [u8(1)], reply: i32(0) },
	{ name: "get_autoreconnect", at: [14, 48], reply: "00 00000000" },
	{ name: "last_error", at: [14, 49], reply: i32(0) },
	{ name: "scan_start", at: [14, 64], reply: i32(0) },
	{ name: "is_scaning", at: [14, 65], reply: "00" },
	{ name: "scan_get_ap_records of nothing", at: [14, 66], values: [u16(0)], reply: "00000000 00000000" },
	{ name: "ap_num", at: [14, 67], reply: "0000" },
	{ name: "adapter_init", at: [15, 1], reply: i32(0) },
	{ name: "stop", at: [15, 4], values: [i32(0)], reply: i32(0) },
	{ name: "up", at: [15, 5], values: [i32(0)], reply: i32(0) },
	{
		name: "get_ip_info",
		at: [15, 7],
		values: [i32(0)],
		reply: "0c000000 c0a80132 ffffff00 c0a80101 00000000",
	},
	{ name: "dhcpc_start", at: [15, 13], values: [i32(0)], reply: i32(0) },
	{ name: "dhcpc_stop", at: [15, 14], values: [i32(0)], reply: i32(0) },
	{ name: "set_hostname", at: [15, 15], values: [i32(0), binary("lamp")], reply: i32(0) },
	{
		name: "getsockopt of SO_TYPE",
		at: [16, 6],
		values: [i32(0), i32(0xfff), i32(0x1008), binary(Buffer.alloc(4)), i32(4)],
		reply: "04000000 01000000 04000000 00000000",
	},
	{
		name: "getsockopt of what there is not",
		at: [16, 6],
		values: [i32(0), i32(0xfff), i32(0x4711), binary(Buffer.alloc(2)), i32(2)],
		reply: "02000000 0000 02000000 ffffffff",
	},
	{
		name: "setsockopt",
		at: [16, 7],
		values: [i32(0), i32(0xfff), i32(8), binary(i32(1)), i32(4)],
		reply: i32(0),
	},
	{ name: "close", at: [16, 8], values: [i32(0)], reply: i32(0) },
	{ name: "available without a connection", at: [16, 11], values: [i32(0)], reply: i32(-1) },
	{
		name: "recv without a connection",
		at: [16, 12],
		values: [i32(0), i32(10), i32(8), i32(0)],
		reply: "01000000 a5 ffffffff",
	},
	{
		name: "recvfrom without a connection",
		at: [16, 14],
		values: [i32(0), i32(10), i32(8), i32(16), i32(0)],
		reply: `01000000 a5 10000000 ${"00".repeat(16)} 10000000 ffffffff`,
	},
	{ name: "send without a connection", at: [16, 15], values: [i32(0), binary("x"), i32(0)], reply: i32(-1) },
	{
		name: "sendto without a connection",
		at: [16, 17],
		values: [i32(0), binary("x"), i32(0), binary(sockaddr("10.0.0.1", 1)), i32(16)],
		reply: i32(-1),
	},
	{ name: "socket", at: [16, 18], values: [i32(2), i32(1), i32(6)], reply: i32(1) },
	{ name: "socket of IPv6", at: [16, 18], values: [i32(10), i32(1), i32(6)], reply: i32(-1) },
	{ name: "fcntl", at: [16, 23], values: [i32(0), i32(4), i32(1)], reply: i32(0) },
	{ name: "errno", at: [16, 24], reply: i32(0) },
	{ name: "gethostbyname", at: [16, 25], values: [binary("broker.test")], reply: "04000000 05c44e1c 00" },
	{
		name: "gethostbyname of an address",
		at: [16, 25],
		values: [binary("1.2.3.4")],
		reply: "04000000 01020304 00",
	},
	{
		name: "gethostbyname of nothing",
		at: [16, 25],
		values: [binary("no.test")],
		reply: "04000000 00000000 fa",
	},
];

const ready = (): Bench => {
	const bench = Bench.online();
	bench.stack.names["broker.test"] = "5.196.78.28";
	bench.call(16, 18, i32(2), i32(1), i32(6));
	return bench;
};

describe("a call", () => {
	it.each(CALLS)("of $name has its reply", ({ at, values = [], reply }) => {
		const wanted = typeof reply === "string" ? bytesOf(reply) : reply;
		expect(hexOf(ready().call(...at, ...values))).toBe(hexOf(wanted));
	});

	it.each(CALLS.filter(({ values = [] }) => values.length > 0))(
		"of $name without its last parameter has none",
		({ at, values = [] }) => {
			const bench = ready();
			expect(bench.tryCall(...at, values.slice(0, -1), 100)).toBeUndefined();
			expect(bench.chip.statistics.malformed).toBe(1);
			expect(hexOf(bench.call(1, 1))).toBe(hexOf(binary("2.1.3")));
		},
	);

	it.each([
		["service", 17, 1],
		["method", 16, 99],
		["method of a server", 16, 10],
	])("of an unknown %s has none, and is counted", (_, service, request) => {
		const bench = Bench.started();
		expect(bench.tryCall(service, request, [], 100)).toBeUndefined();
		expect(bench.chip.statistics.unknown).toBe(1);
		expect(bench.result(14, 49)).toBe(0);
	});

	it("one-way is done, and has no reply", () => {
		const bench = Bench.started();
		bench.send(framed(Buffer.concat([bytesOf("01 1b 0e 01 09000000"), i32(1)])));
		bench.clock.advance(10);
		expect(bench.messages.filter(({ type }) => type === 2)).toEqual([]);
		expect(bench.events).toEqual([0, 2]);
	});

	it.each([
		["reply", "02 01 01 01 01000000"],
		["notification", "03 01 01 01 01000000"],
	])("that is a %s is none, and is counted", (_, hex) => {
		const bench = Bench.started();
		bench.send(framed(bytesOf(hex)));
		bench.clock.advance(10);
		expect(bench.messages).toEqual([]);
		expect(bench.chip.statistics.noCall).toBe(1);
	});

	it("of another codec has no reply", () => {
		const bench = Bench.started();
		bench.send(framed(bytesOf("00 01 01 02 01000000")));
		bench.clock.advance(10);
		expect(bench.messages).toEqual([]);
		expect(bench.chip.statistics.malformed).toBe(1);
	});
});

describe("events", () => {
	it("count their own sequence, and go to service 19", () => {
		const bench = Bench.started();
		bench.call(14, 27, i32(1));
		bench.call(14, 27, i32(1));
		const events = bench.messages.filter(({ type }) => type === 1);
		expect(events.map(({ service, sequence }) => [service, sequence])).toEqual([
			[19, 1],
			[19, 2],
			[19, 3],
			[19, 4],
		]);
		expect(events.map(({ values }) => values.readUInt32LE() + 4)).toEqual(
			events.map(({ values }) => values.length),
		);
	});
});

describe("a scan", () => {
	it("has a record of 62 bytes for each access point, the strongest first", () => {
		const bench = Bench.started();
		bench.call(14, 27, i32(1));
		expect(bench.result(14, 64)).toBe(0);
		expect(hexOf(bench.call(14, 65))).toBe("01");
		bench.clock.advance(2000);
		expect(bench.events).toEqual([0, 2, 1]);
		expect(bench.call(14, 67).readUInt16LE()).toBe(2);
		const records = bench.call(14, 66, u16(2));
		expect(records.readUInt32LE()).toBe(124);
		const [home, cafe] = [records.subarray(4, 66), records.subarray(66, 128)];
		expect(home.subarray(1, 1 + (home[0] as number)).toString()).toBe(HOME.ssid);
		expect(home.readInt16LE(40)).toBe(-55);
		expect(home.readUInt32LE(46)).toBe(0x00400004);
		expect(home.readUInt32LE(54)).toBe(6);
		expect(cafe.subarray(1, 1 + (cafe[0] as number)).toString()).toBe("café");
		expect(cafe.readUInt32LE(46)).toBe(0);
		expect(cafe.readUInt32LE(54)).toBe(36);
		expect(records.readInt32LE(128)).toBe(0);
	});

	it("has other ids in firmware 2.0.2, so that these are not answered", () => {
		const bench = Bench.started({ version: "2.0.2" });
		expect(bench.tryCall(14, 64, [], 100)).toBeUndefined();
	});
});
